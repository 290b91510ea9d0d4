/** What takes effect for one resource: a value, or a failure with its reason. */
export type Adopted<T = unknown> = AdoptedValue<T> | AdoptedFailure;

export interface AdoptedValue<T = unknown> {
  readonly kind: "value";
  readonly typeUrl: string;
  readonly name: string;
  readonly value: T;
  /** Of the response in which it came first; `static` if it is from a file. */
  readonly version: string;
}

/** Whoever needs this resource fails, with this reason, and nobody else. */
export interface AdoptedFailure {
  readonly kind: "failed";
  readonly typeUrl: string;
  readonly name: string;
  /**
   * - `missing`: the control plane does not have it.
   * - `invalid`: what came was refused.
   * - `late`: no word of it yet, after a time.
   */
  readonly cause: "missing" | "invalid" | "late";
  /** One sentence: `cluster "orders": deleted by the control plane`. */
  readonly reason: string;
}

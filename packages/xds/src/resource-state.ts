/**
 * What is known of one resource.
 *
 * ```text
 *             good bytes                      bad bytes (keeps its value)
 *  waiting ──────────────► present ◄──────────────┐
 *     │  │                  │   ▲ └───────────────┘
 *     │  │ bad bytes        │   │ good bytes
 *     │  └────────► invalid ┼───┤
 *     │ 15 s                ▼   │
 *     └───────────────► missing ┘     (deleted, or never came)
 * ```
 */
export type ResourceState<T = unknown> = Waiting | Present<T> | Missing | Invalid;

/** Asked for, and no answer yet. */
export interface Waiting {
  readonly kind: "waiting";
  /** Why it may take long: the control plane cannot be reached, for one. */
  readonly reason?: string;
}

/** There is a good value. It stays until a better one comes, or the resource is deleted. */
export interface Present<T = unknown> {
  readonly kind: "present";
  readonly value: T;
  /** Of the response in which these bytes came first. */
  readonly version: string;
  /** The message as it came, for those who pass it on. */
  readonly bytes: Uint8Array;
  readonly warnings?: readonly string[];
  /** A newer one came and was refused; `value` is the last good one. */
  readonly rejected?: Rejection;
}

export interface Rejection {
  readonly version: string;
  readonly problems: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly atWallMs: number;
}

/** The control plane does not have it: it deleted it, or did not send it in time. */
export interface Missing {
  readonly kind: "missing";
  readonly reason: string;
}

/** What came was refused, and nothing good had come before. */
export interface Invalid {
  readonly kind: "invalid";
  readonly reason: string;
}

/**
 * What the client must know of one type of resource. Types are arguments: the data plane brings types that *compile*,
 * so that what is found wrong while compiling is the NACK, and nothing is checked twice.
 *
 * The name of a resource must be field 1 of its message, as it is in all of xDS.
 */
export interface ResourceType<T> {
  /** What people call it, in the singular: `cluster`. Stands in messages and in the names of metrics. */
  readonly name: string;
  readonly typeUrl: string;
  /** Whether a response holds the whole set, so that absence deletes: true for listeners and clusters only. */
  readonly fullState: boolean;
  /**
   * Reads and checks one resource. Is not called again for bytes that it has seen. A throw is taken for a problem.
   *
   * @param bytes belong to the resource alone: views of them may be kept.
   */
  parse(bytes: Uint8Array): Parsed<T>;
  /** What else this resource needs before it can serve. Default: nothing. Repeats are harmless. */
  references?(value: T): readonly Reference[];
}

/** What came of parsing: a value, or every problem found in it. */
export type Parsed<T> = ParsedValue<T> | ParsedProblems;

export interface ParsedValue<T> {
  readonly kind: "value";
  readonly name: string;
  readonly value: T;
  /** Things that deserve a word but no refusal: fields that are ignored, for one. Shown in the status. */
  readonly warnings?: readonly string[];
}

export interface ParsedProblems {
  readonly kind: "problems";
  readonly name?: string;
  /** One sentence each. They become the text of the NACK. */
  readonly problems: readonly string[];
}

/** A resource named by another one. */
export interface Reference {
  readonly typeUrl: string;
  readonly name: string;
}

/** A type whose value nobody here looks into. */
export type AnyResourceType = ResourceType<unknown>;

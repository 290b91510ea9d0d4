/**
 * A typed key for what filters tell each other about a call. Identity is the key itself: two installed copies of a
 * package do not meet.
 */
export interface Attribute<T> {
  readonly name: string;
  readonly initial: T;
}

/** Makes a key; `initial` is what a call answers that was never told anything. */
export function createAttribute<T>(name: string, initial: T): Attribute<T> {
  return Object.freeze({ name, initial });
}

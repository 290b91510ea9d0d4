/** A date beyond what a `Date` can hold, 8.64e15 ms on either side of 1970. */
export class JavaDate {
  /** Milliseconds since 1970, a long. */
  readonly ms: bigint;

  constructor(ms: bigint) {
    this.ms = ms;
  }
}

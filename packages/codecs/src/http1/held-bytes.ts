const SMALLEST = 512;

/**
 * Bytes that wait for those behind them. Grows by doubling, so that what comes byte by byte is copied no more often than
 * what comes in pieces. What was dropped in front is never written over: a body may have been cut out of it.
 */
export class HeldBytes {
  /** Those that wait are the ones between `from` and `to`. */
  bytes: Buffer = EMPTY;
  from = 0;
  to = 0;

  get length(): number {
    return this.to - this.from;
  }

  append(bytes: Buffer, from: number, to: number): void {
    const { length } = this;
    const added = to - from;
    if (this.to + added > this.bytes.length) {
      const needed = length + added;
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, length === 0 ? needed : needed * 2));
      this.bytes.copy(larger, 0, this.from, this.to);
      this.bytes = larger;
      this.from = 0;
      this.to = length;
    }
    bytes.copy(this.bytes, this.to, from, to);
    this.to += added;
  }

  /** What stands before an offset waits no longer. */
  dropTo(from: number): void {
    this.from = from;
    if (from === this.to) this.clear();
  }

  clear(): void {
    this.bytes = EMPTY;
    this.from = 0;
    this.to = 0;
  }
}

const EMPTY = Buffer.alloc(0);

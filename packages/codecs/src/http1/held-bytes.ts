const SMALLEST = 512;

/**
 * Bytes that wait for those behind them. Grows by doubling, so that what comes byte by byte is copied no more often than
 * what comes in pieces.
 */
export class HeldBytes {
  #bytes: Buffer | undefined;
  length = 0;

  append(bytes: Buffer, from: number, to: number): void {
    const needed = this.length + to - from;
    if (this.#bytes === undefined || this.#bytes.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, needed, (this.#bytes?.length ?? 0) * 2));
      this.#bytes?.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.length, from, to);
    this.length = needed;
  }

  /** Gives the bytes away: the first `length` of the buffer, as it was before. */
  take(): Buffer {
    const bytes = this.#bytes as Buffer;
    this.#bytes = undefined;
    this.length = 0;
    return bytes;
  }

  /** Takes back what was given away, without its first bytes. */
  keep(bytes: Buffer, from: number, to: number): void {
    if (from > 0) bytes.copyWithin(0, from, to);
    this.#bytes = bytes;
    this.length = to - from;
  }
}

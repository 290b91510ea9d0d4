/** What the other side may still send, of one stream or of all (RFC 9113, section 5.2). */
export class ReceiveWindow {
  readonly #sizeBytes: number;
  #leftBytes: number;
  /** Read, and not yet given back. */
  #readBytes = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#leftBytes = sizeBytes;
  }

  /** Received, and not yet read. */
  get unreadBytes(): number {
    return this.#sizeBytes - this.#leftBytes - this.#readBytes;
  }

  /** Whether so many bytes were allowed. */
  take(bytes: number): boolean {
    this.#leftBytes -= bytes;
    return this.#leftBytes >= 0;
  }

  /**
   * So many bytes were read.
   *
   * @returns How many to give back now: often enough that nobody waits, and seldom enough that it is not one frame for each
   * frame. 0: none yet.
   */
  give(bytes: number): number {
    this.#readBytes += bytes;
    if (this.#readBytes < this.#sizeBytes / 2) return 0;
    const given = this.#readBytes;
    this.#readBytes = 0;
    this.#leftBytes += given;
    return given;
  }
}

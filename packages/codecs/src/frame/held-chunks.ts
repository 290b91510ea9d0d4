/** Pieces under this are copied together: a list of views has 100 bytes of heap for each. */
const TINY_BYTES = 4_096;
const MIN_BLOCK_BYTES = 256;
const MAX_BLOCK_BYTES = 16_384;

/**
 * Bytes that wait for others: large pieces as views, tiny ones copied into blocks that grow with what has come. A frame in
 * single bytes costs no more than twice its length, and one in large pieces is copied once, by {@link HeldChunks.join}.
 */
export class HeldChunks {
  byteLength = 0;
  #pieces: Buffer[] = [];
  /** Where tiny pieces go; its first `#blockBytes` count. */
  #block: Buffer | undefined;
  #blockBytes = 0;

  add(chunk: Buffer, from: number, to: number): void {
    const length = to - from;
    if (length >= TINY_BYTES) {
      this.#closeBlock();
      this.#pieces.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
      this.byteLength += length;
      return;
    }
    for (let at = from; at < to; ) {
      const block = this.#openBlock();
      const copied = chunk.copy(block, this.#blockBytes, at, to);
      this.#blockBytes += copied;
      this.byteLength += copied;
      at += copied;
    }
  }

  /** All of them as one; they stay. */
  join(): Buffer {
    this.#closeBlock();
    const [first] = this.#pieces;
    if (first === undefined || this.#pieces.length > 1) {
      this.#pieces = [Buffer.concat(this.#pieces, this.byteLength)];
    }
    return this.#pieces[0] as Buffer;
  }

  clear(): void {
    this.byteLength = 0;
    this.#pieces = [];
    this.#block = undefined;
    this.#blockBytes = 0;
  }

  #openBlock(): Buffer {
    const open = this.#block;
    if (open !== undefined && this.#blockBytes < open.length) return open;
    this.#closeBlock();
    const length = Math.min(Math.max(this.byteLength, MIN_BLOCK_BYTES), MAX_BLOCK_BYTES);
    this.#block = Buffer.allocUnsafe(length);
    return this.#block;
  }

  /** What is hardly used is copied: who mixes tiny pieces with large ones must not make each keep a block. */
  #closeBlock(): void {
    if (this.#block === undefined || this.#blockBytes === 0) return;
    const used = this.#block.subarray(0, this.#blockBytes);
    this.#pieces.push(2 * used.length < this.#block.length ? Buffer.from(used) : used);
    this.#block = undefined;
    this.#blockBytes = 0;
  }
}

import { FRAME_HEADER_BYTES } from "./frame.ts";

type OnFrame = (type: number, flags: number, stream: number, payload: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Takes bytes apart into frames, however they were cut. The payload of one that came in one piece is a view of that piece;
 * of one that did not, no more than its length is held.
 */
export class FrameReader {
  /** A frame was announced that is longer than it may be: its length. Nothing is read after it. */
  oversized: number | undefined;
  readonly #maxFrameBytes: number;
  readonly #onFrame: OnFrame;
  #held = NOTHING;
  #heldBytes = 0;
  #isStopped = false;

  /** @param maxFrameBytes The longest payload, as this side has said in its settings. */
  constructor(maxFrameBytes: number, onFrame: OnFrame) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#onFrame = onFrame;
  }

  /** Nothing more is read, also of what it was given already. */
  stop(): void {
    this.#isStopped = true;
    this.#held = NOTHING;
    this.#heldBytes = 0;
  }

  feed(bytes: Buffer): void {
    let at = 0;
    if (this.#heldBytes > 0) at = this.#complete(bytes);
    while (!this.#isStopped && bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = this.#lengthAt(bytes, at);
      const end = at + FRAME_HEADER_BYTES + length;
      if (this.#isStopped || end > bytes.length) break;
      this.#emit(bytes, at, end);
      at = end;
    }
    if (!this.#isStopped && at < bytes.length) this.#hold(bytes, at, bytes.length);
  }

  /** Completes the frame that is held: first its header, which says how long it is, then the rest. */
  #complete(bytes: Buffer): number {
    let at = 0;
    if (this.#heldBytes < FRAME_HEADER_BYTES) {
      at = Math.min(FRAME_HEADER_BYTES - this.#heldBytes, bytes.length);
      this.#hold(bytes, 0, at);
      if (this.#heldBytes < FRAME_HEADER_BYTES) return at;
    }
    const needed = FRAME_HEADER_BYTES + this.#lengthAt(this.#held, 0);
    if (this.#isStopped) return at;
    const end = Math.min(at + needed - this.#heldBytes, bytes.length);
    this.#hold(bytes, at, end, needed);
    if (this.#heldBytes === needed) {
      const frame = this.#held;
      this.#held = NOTHING;
      this.#heldBytes = 0;
      this.#emit(frame, 0, needed);
    }
    return end;
  }

  #lengthAt(bytes: Buffer, at: number): number {
    const length = bytes.readUIntBE(at, 3);
    if (length > this.#maxFrameBytes) {
      this.oversized = length;
      this.stop();
    }
    return length;
  }

  #emit(bytes: Buffer, at: number, end: number): void {
    const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    this.#onFrame(
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      stream,
      bytes.subarray(at + FRAME_HEADER_BYTES, end),
    );
  }

  #hold(bytes: Buffer, from: number, to: number, needed = FRAME_HEADER_BYTES): void {
    const length = this.#heldBytes + to - from;
    if (length > this.#held.length) {
      const size = Math.max(length, Math.min(2 * this.#held.length, needed));
      // Not from Node's pool, of which a body would keep all alive.
      const grown = Buffer.allocUnsafeSlow(size);
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    bytes.copy(this.#held, this.#heldBytes, from, to);
    this.#heldBytes = length;
  }
}

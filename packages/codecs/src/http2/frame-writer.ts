import { Flag, FRAME_HEADER_BYTES, FrameType } from "./frame.ts";

/** Memory is taken in pieces of this size, and given away with what was written into it. */
const SLAB_BYTES = 16_384;

/** From this length on a payload is handed on as it is, and not copied. */
const BY_REFERENCE_BYTES = 2_048;

/** Frames on their way out: small ones side by side in one piece of memory, long payloads between them. */
export class FrameWriter {
  readonly #onFirst: () => void;
  #slab: Buffer = Buffer.allocUnsafe(SLAB_BYTES);
  /** What of the slab was not taken yet. */
  #from = 0;
  #at = 0;
  #pieces: Buffer[] = [];
  /** Bytes that nobody has taken. */
  bytes = 0;

  /** @param onFirst Told when there is something to take. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  /** What was written since the last time, in order. */
  take(): readonly Buffer[] {
    this.#cut();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.bytes = 0;
    return pieces;
  }

  /** A frame whose payload is copied, or handed on where it is long: its owner must not touch it afterwards. */
  frame(type: number, flags: number, stream: number, payload: Uint8Array): void {
    const isLong = payload.length >= BY_REFERENCE_BYTES;
    this.#begin(type, flags, stream, payload.length, isLong ? 0 : payload.length);
    if (isLong) {
      this.#cut();
      this.#pieces.push(payload as Buffer);
      this.bytes += payload.length;
    } else {
      this.#slab.set(payload, this.#at);
      this.#at += payload.length;
    }
  }

  /** A frame whose payload is one number, or two. */
  numbers(type: number, stream: number, first: number, second?: number): void {
    const length = second === undefined ? 4 : 8;
    this.#begin(type, 0, stream, length, length);
    this.#at = this.#slab.writeUInt32BE(first, this.#at);
    if (second !== undefined) this.#at = this.#slab.writeUInt32BE(second, this.#at);
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    this.#begin(FrameType.SETTINGS, 0, 0, 6 * settings.length, 6 * settings.length);
    for (const [id, value] of settings) {
      this.#at = this.#slab.writeUInt16BE(id, this.#at);
      this.#at = this.#slab.writeUInt32BE(value, this.#at);
    }
  }

  /** A block of fields, in as many frames as it takes. */
  block(stream: number, block: Buffer, isEnd: boolean, maxFrameBytes: number): void {
    let at = 0;
    do {
      const end = Math.min(at + maxFrameBytes, block.length);
      const type = at === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
      const flags = (end === block.length ? Flag.END_HEADERS : 0) | (at === 0 && isEnd ? Flag.END_STREAM : 0);
      const length = end - at;
      this.#begin(type, flags, stream, length, length);
      block.copy(this.#slab, this.#at, at, end);
      this.#at += length;
      at = end;
    } while (at < block.length);
  }

  raw(text: string): void {
    this.#room(text.length);
    this.#at += this.#slab.write(text, this.#at, "latin1");
  }

  #begin(type: number, flags: number, stream: number, length: number, roomForPayload: number): void {
    this.#room(FRAME_HEADER_BYTES + roomForPayload);
    const slab = this.#slab;
    let at = this.#at;
    slab[at++] = length >>> 16;
    slab[at++] = (length >>> 8) & 0xff;
    slab[at++] = length & 0xff;
    slab[at++] = type;
    slab[at++] = flags;
    this.#at = slab.writeUInt32BE(stream, at);
  }

  #room(bytes: number): void {
    const isFirst = this.bytes === 0;
    if (this.#at + bytes > this.#slab.length) {
      this.#cut();
      this.#slab = Buffer.allocUnsafe(Math.max(SLAB_BYTES, bytes));
      this.#from = 0;
      this.#at = 0;
    }
    this.bytes += bytes;
    if (isFirst) this.#onFirst();
  }

  #cut(): void {
    if (this.#at === this.#from) return;
    this.#pieces.push(this.#slab.subarray(this.#from, this.#at));
    this.#from = this.#at;
  }
}

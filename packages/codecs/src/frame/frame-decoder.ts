import { DecodeError } from "../limits/decode-error.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import type { Frame } from "./frame.ts";
import type { FrameCodec } from "./frame-codec.ts";
import { HeldChunks } from "./held-chunks.ts";

/** By so many bytes a frame tells its length: each piece has it asked again, which must cost little. */
const MAX_HEADER_BYTES = 1_024;

/**
 * Takes the bytes of a connection apart into frames, however they were cut:
 *
 * ```text
 *          a header is there                      its last byte is there
 * header ───────────────────────────→ collecting ────────────────────────→ header
 *    │ the codec refuses it, or it is too long        │ the codec refuses the frame
 *    └──────────────────────→ failed ←────────────────┘          (for good)
 * ```
 * Frames that came whole are views of what was fed: whoever keeps one keeps all of its piece. One that did not is put
 * together once, when it is complete: 16 MiB in pieces of 16 KiB cost one copy. Nothing is allocated for a length that was
 * only announced.
 *
 * ```ts
 * import { bolt } from "@dualmesh/codecs/bolt";
 * import { FrameDecoder } from "@dualmesh/codecs/frame";
 *
 * const decoder = new FrameDecoder(bolt, (frame) => console.log(frame.kind, frame.id));
 * decoder.feed(Buffer.from("0101000001000000070100000bb80000", "hex"));
 * decoder.feed(Buffer.from("000000000000", "hex")); // => heartbeat 7
 * decoder.feed(Buffer.from("GET / HTTP/1.1"));
 * console.log(decoder.error?.rawMessage); // => bolt frame: protocol 71 is none; expected 1 or 2
 * ```
 */
export class FrameDecoder {
  /** Why nothing is read any more. What follows could not be told apart: the connection is to be closed. */
  error: DecodeError | undefined;
  readonly #codec: FrameCodec;
  readonly #onFrame: (frame: Frame) => void;
  readonly #limits: DecodeLimits;
  readonly #held: HeldChunks = new HeldChunks();
  /** Of the frame whose beginning is held; 0 while its header is not complete. */
  #frameBytes = 0;

  /**
   * @param onFrame Is called in the order of the wire, and not to throw: the bytes behind its frame would be lost.
   * @throws {RangeError} for a limit out of its range.
   */
  constructor(codec: FrameCodec, onFrame: (frame: Frame) => void, limits?: Partial<DecodeLimits>) {
    this.#codec = codec;
    this.#onFrame = onFrame;
    this.#limits = decodeLimits(limits);
  }

  /** Bytes of a frame whose end has not come. */
  get heldBytes(): number {
    return this.#held.byteLength;
  }

  /** Takes the next bytes, which are its from now on. Ignored after an error. */
  feed(chunk: Buffer): void {
    let at = this.error === undefined && this.#held.byteLength > 0 ? this.#fill(chunk) : 0;
    while (this.error === undefined && at < chunk.length) {
      const length = this.#measure(chunk, at);
      const end = at + length;
      if (length > 0 && end <= chunk.length) {
        this.#give(end - at === chunk.length ? chunk : chunk.subarray(at, end));
      } else if (this.error === undefined) {
        this.#frameBytes = length;
        this.#held.add(chunk, at, chunk.length);
        return;
      }
      at = end;
    }
  }

  /** Nothing follows. Half a frame is an error: `DATA_LOSS`. */
  end(): void {
    const held = this.#held.byteLength;
    if (this.error !== undefined || held === 0) return;
    const rest = this.#frameBytes === 0 ? "" : ` of ${this.#frameBytes}`;
    this.#refuse("DATA_LOSS", `the connection ended inside of it, behind ${held}${rest} bytes`);
  }

  /** Takes what is lacking of the frame whose beginning is held. */
  #fill(chunk: Buffer): number {
    const held = this.#held.byteLength;
    if (this.#frameBytes === 0) {
      const header = Buffer.concat([this.#held.join(), chunk.subarray(0, MAX_HEADER_BYTES)]);
      const length = this.#measure(header, 0);
      if (length > 0 && length <= held) {
        const what = `its ${length} bytes did not tell its length, and ${header.length} bytes did`;
        this.#refuse("INVALID_ARGUMENT", what);
      }
      if (this.error !== undefined) return 0;
      this.#frameBytes = length;
    }
    const end = this.#frameBytes === 0 ? chunk.length : Math.min(this.#frameBytes - held, chunk.length);
    this.#held.add(chunk, 0, end);
    if (this.#held.byteLength === this.#frameBytes) {
      const bytes = this.#held.join();
      this.#held.clear();
      this.#frameBytes = 0;
      this.#give(bytes);
    }
    return end;
  }

  /** 0 also for an error. */
  #measure(bytes: Buffer, at: number): number {
    let length = 0;
    try {
      length = this.#codec.measure(bytes, at, bytes.length, this.#limits);
    } catch (error) {
      this.#fail(error);
      return 0;
    }
    // A codec sees to both; but it may be anybody's.
    const { maxBytes } = this.#limits;
    if (length > maxBytes) {
      return this.#refuse("RESOURCE_EXHAUSTED", `${length} bytes are over the limit of ${maxBytes} bytes`);
    }
    if (length === 0 && bytes.length - at >= MAX_HEADER_BYTES) {
      return this.#refuse("RESOURCE_EXHAUSTED", `its header is over the limit of ${MAX_HEADER_BYTES} bytes`);
    }
    return length;
  }

  #give(bytes: Buffer): void {
    let frame: Frame;
    try {
      frame = this.#codec.read(bytes, this.#limits);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#onFrame(frame);
  }

  #refuse(code: "INVALID_ARGUMENT" | "RESOURCE_EXHAUSTED" | "DATA_LOSS", what: string): 0 {
    this.#fail(new DecodeError(code, `${this.#codec.name} frame: ${what}`, this.#held.byteLength));
    return 0;
  }

  #fail(error: unknown): void {
    if (!(error instanceof DecodeError)) throw error;
    this.error = error;
    this.#held.clear();
    this.#frameBytes = 0;
  }
}

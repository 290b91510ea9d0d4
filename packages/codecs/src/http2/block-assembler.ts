import { ErrorCode, type Http2Error } from "./error-code.ts";
import { DEFAULT_MAX_FRAME_BYTES, Flag } from "./frame.ts";

/**
 * Frames of one block of fields, besides those that its length needs. An honest peer fills all but the last; empty ones cost
 * nothing to send and something to read.
 */
const MAX_FRAMES = 32;

/** A block of fields, whole. */
export interface FieldBlock {
  readonly stream: number;
  readonly bytes: Buffer;
  readonly isEndOfStream: boolean;
}

/** Puts blocks of fields together that came in HEADERS and CONTINUATION (RFC 9113, section 4.3). */
export class BlockAssembler {
  error: Http2Error | undefined;
  readonly #maxBytes: number;
  readonly #maxFrames: number;
  #stream = 0;
  #isEndOfStream = false;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param maxListBytes The most that the fields may be; compressed, they are not longer than twice that. */
  constructor(maxListBytes: number) {
    this.#maxBytes = 2 * maxListBytes;
    this.#maxFrames = MAX_FRAMES + Math.ceil(this.#maxBytes / DEFAULT_MAX_FRAME_BYTES);
  }

  /** Whether a block has begun: nothing but its next frame may follow. */
  get hasBegun(): boolean {
    return this.#parts.length > 0;
  }

  /** The block that begins with this frame, if it also ends with it. */
  headers(flags: number, stream: number, payload: Buffer): FieldBlock | undefined {
    let bytes = unpad(flags, payload);
    if (bytes !== undefined && (flags & Flag.PRIORITY) !== 0)
      bytes = bytes.length < 5 ? undefined : bytes.subarray(5);
    if (bytes === undefined) {
      this.error = { code: ErrorCode.PROTOCOL_ERROR, message: "http/2 HEADERS: more padding than frame" };
      return undefined;
    }
    const isEndOfStream = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) return { stream, bytes, isEndOfStream };
    this.#stream = stream;
    this.#isEndOfStream = isEndOfStream;
    this.#bytes = 0;
    this.#add(bytes);
    return undefined;
  }

  /** The block that ends with this frame. */
  continuation(flags: number, stream: number, payload: Buffer): FieldBlock | undefined {
    if (!this.hasBegun || stream !== this.#stream) {
      this.error = { code: ErrorCode.PROTOCOL_ERROR, message: "http/2 CONTINUATION: of no block" };
      return undefined;
    }
    this.#add(payload);
    if (this.error !== undefined || (flags & Flag.END_HEADERS) === 0) return undefined;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    return { stream, bytes, isEndOfStream: this.#isEndOfStream };
  }

  #add(bytes: Buffer): void {
    // A copy: the memory that it is a view of is much larger, and not its own.
    this.#parts.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
    if (this.#bytes <= this.#maxBytes && this.#parts.length <= this.#maxFrames) return;
    this.error = {
      code: ErrorCode.ENHANCE_YOUR_CALM,
      message: `http/2 fields: ${this.#bytes} bytes in ${this.#parts.length} frames, over the limit of ${this.#maxBytes} in ${this.#maxFrames}`,
    };
  }
}

/** A payload without padding (RFC 9113, section 6.1); `undefined` where there is more of it than of the frame. */
export function unpad(flags: number, payload: Buffer): Buffer | undefined {
  if ((flags & Flag.PADDED) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) return undefined;
  return payload.subarray(1, payload.length - padding);
}

import type { Code } from "@dualmesh/core";

/** Why bytes are no messages. A value and no `Error`: the sender decides how often there is one. */
export interface GrpcFrameError {
  readonly code: Code;
  /** One sentence that names the subject, and limit and value where there are any. */
  readonly message: string;
}

export interface GrpcMessageDecoderOptions {
  /** The longest message, as it is on the wire. Bytes. Default 4 MiB, as in gRPC's libraries; `Infinity`: no limit. */
  readonly maxMessageBytes?: number;
  /** gRPC-Web's frame with bit 7 set: what would be trailers. Nothing may follow it. Default: no such frame is taken. */
  readonly onTrailers?: (block: Buffer) => void;
}

/** The flag, and the length as an unsigned number of 32 bits (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** The flag of gRPC-Web's trailers. */
const TRAILERS = 0x80;

const NOTHING = Buffer.alloc(0);

/**
 * Takes the data of a stream apart into messages, however it was cut:
 *
 * ```text
 * ┌──────┬─────────────────┬─────────┐
 * │ flag │ length, 4 bytes │ message │   flag: 0 as it is, 1 compressed by grpc-encoding,
 * └──────┴─────────────────┴─────────┘         128 trailers (gRPC-Web)
 * ```
 * A message that came in one piece is a view of that piece. One that did not is put together in memory that grows with
 * what has come: nothing is allocated for a length that was only announced.
 */
export class GrpcMessageDecoder {
  error: GrpcFrameError | undefined;
  readonly #maxMessageBytes: number;
  readonly #onMessage: (message: Buffer, isCompressed: boolean) => void;
  readonly #onTrailers: ((block: Buffer) => void) | undefined;
  #hasTrailers = false;
  /** What is here of a message whose end is not: its first `#heldBytes` bytes count. */
  #held = NOTHING;
  #heldBytes = 0;
  /** What it takes for the next step: a prefix, or a message with its prefix. */
  #neededBytes = PREFIX_BYTES;

  constructor(
    onMessage: (message: Buffer, isCompressed: boolean) => void,
    options: GrpcMessageDecoderOptions = {},
  ) {
    this.#onMessage = onMessage;
    this.#maxMessageBytes = options.maxMessageBytes ?? 4 * 1024 * 1024;
    this.#onTrailers = options.onTrailers;
  }

  /** Takes the next bytes, and keeps of them no more than half a message. Ignored after an error. */
  feed(bytes: Buffer): void {
    let at = 0;
    while (this.#heldBytes > 0 && at < bytes.length && this.error === undefined) at = this.#fill(bytes, at);
    while (this.error === undefined && bytes.length - at >= PREFIX_BYTES) {
      const end = at + PREFIX_BYTES + this.#readLength(bytes, at);
      if (end > bytes.length) break;
      if (this.error === undefined) this.#give(bytes[at] as number, bytes.subarray(at + PREFIX_BYTES, end));
      at = end;
    }
    if (this.error === undefined && at < bytes.length) {
      if (bytes.length - at < PREFIX_BYTES) this.#neededBytes = PREFIX_BYTES;
      this.#hold(bytes, at, bytes.length);
    }
  }

  /** Nothing follows. Half a message is an error. */
  end(): void {
    if (this.error !== undefined || this.#heldBytes === 0) return;
    this.#fail("INTERNAL", `the stream ended inside of it, behind ${this.#heldBytes} bytes with its prefix`);
  }

  /** Takes what is lacking of the next step. */
  #fill(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#neededBytes - this.#heldBytes, bytes.length);
    this.#hold(bytes, at, end);
    if (this.#heldBytes < this.#neededBytes) return end;
    const held = this.#held;
    if (this.#heldBytes === PREFIX_BYTES) this.#neededBytes = PREFIX_BYTES + this.#readLength(held, 0);
    if (this.error === undefined && this.#heldBytes === this.#neededBytes) {
      this.#held = NOTHING;
      this.#heldBytes = 0;
      this.#give(held[0] as number, held.subarray(PREFIX_BYTES, this.#neededBytes));
    }
    return end;
  }

  /** The length in a prefix; 0 with an error for one that cannot be taken. */
  #readLength(bytes: Buffer, at: number): number {
    const flag = bytes[at] as number;
    if (this.#hasTrailers) return this.#fail("INTERNAL", "it stands behind the trailers");
    if (flag > 1 && (flag !== TRAILERS || this.#onTrailers === undefined)) {
      return this.#fail("INTERNAL", `its flag is ${flag}; expected 0 or 1`);
    }
    const length = bytes.readUInt32BE(at + 1);
    if (length > this.#maxMessageBytes) {
      const limit = `the limit of ${this.#maxMessageBytes} bytes`;
      return this.#fail("RESOURCE_EXHAUSTED", `length ${length} bytes is over ${limit}`);
    }
    this.#neededBytes = PREFIX_BYTES + length;
    return length;
  }

  #give(flag: number, message: Buffer): void {
    this.#hasTrailers = flag === TRAILERS;
    if (this.#hasTrailers) this.#onTrailers?.(message);
    else this.#onMessage(message, flag === 1);
  }

  /** Doubles what it has, so that a message in single bytes costs no more than twice its length. */
  #hold(bytes: Buffer, from: number, to: number): void {
    const length = this.#heldBytes + to - from;
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, Math.min(2 * this.#held.length, this.#neededBytes)));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    bytes.copy(this.#held, this.#heldBytes, from, to);
    this.#heldBytes = length;
  }

  #fail(code: Code, what: string): 0 {
    this.error = { code, message: `grpc message: ${what}` };
    this.#held = NOTHING;
    this.#heldBytes = 0;
    return 0;
  }
}

import { DEFAULT_WINDOW_BYTES, Flag, FrameType, MAX_WINDOW_BYTES } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { HeaderEncoder } from "./header-encoder.ts";
import type { RequestStream } from "./request-stream.ts";

const NOTHING = Buffer.alloc(0);

/** Bytes that nobody has taken to write them, before bodies wait, whatever the peer's windows allow. */
const MAX_UNSENT_BYTES = 262_144;

/** Sends bodies of requests as the peer's windows allow (RFC 9113, section 5.2); who must wait for them waits in turn. */
export class RequestSender {
  readonly #writer: FrameWriter;
  readonly #encoder: HeaderEncoder;
  /** The longest frame that the peer takes. */
  maxFrameBytes: number;
  #window: number = DEFAULT_WINDOW_BYTES;
  /** Those with bytes that wait for the connection's window, or for those before them to be taken. */
  readonly #starved = new Set<RequestStream>();

  constructor(writer: FrameWriter, encoder: HeaderEncoder, maxFrameBytes: number) {
    this.#writer = writer;
    this.#encoder = encoder;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Sends what windows allow, and the end where there is one. */
  flush(stream: RequestStream): void {
    for (let next = stream.pending[0]; next !== undefined; next = stream.pending[0]) {
      if (!this.#hasRoom()) {
        this.#starved.add(stream);
        return;
      }
      const room = Math.min(this.#window, stream.sendWindow, this.maxFrameBytes);
      if (room <= 0) return;
      const piece = next.length <= room ? next : next.subarray(0, room);
      if (piece === next) stream.pending.shift();
      else stream.pending[0] = next.subarray(room);
      this.#window -= piece.length;
      stream.sendWindow -= piece.length;
      const isEnd = stream.pending.length === 0 && stream.trailers === undefined;
      if (isEnd) stream.isRequestSent = true;
      this.#writer.frame(FrameType.DATA, isEnd ? Flag.END_STREAM : 0, stream.id, piece);
      stream.sent(piece.length);
    }
    if (stream.trailers === null || stream.isRequestSent || stream.isClosed) return;
    stream.isRequestSent = true;
    if (stream.trailers === undefined)
      this.#writer.frame(FrameType.DATA, Flag.END_STREAM, stream.id, NOTHING);
    else this.#writer.block(stream.id, this.#encoder.write(stream.trailers), true, this.maxFrameBytes);
  }

  /** The peer takes more on one stream; less, where it has changed its settings. Whether that is possible. */
  widenStream(stream: RequestStream, bytes: number): boolean {
    stream.sendWindow += bytes;
    if (stream.sendWindow > MAX_WINDOW_BYTES) return false;
    this.flush(stream);
    return true;
  }

  /** The same for all streams together. */
  widen(bytes: number): boolean {
    this.#window += bytes;
    if (this.#window > MAX_WINDOW_BYTES) return false;
    this.resume();
    return true;
  }

  /** Goes on with those that waited, where there is room again. */
  resume(): void {
    for (const stream of this.#starved) {
      if (!this.#hasRoom()) break;
      // Whoever still lacks room joins again, behind the others.
      this.#starved.delete(stream);
      this.flush(stream);
    }
  }

  #hasRoom(): boolean {
    return this.#window > 0 && this.#writer.bytes < MAX_UNSENT_BYTES;
  }

  forget(stream: RequestStream): void {
    this.#starved.delete(stream);
  }
}

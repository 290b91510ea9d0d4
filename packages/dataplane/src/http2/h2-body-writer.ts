import { constants, type Http2Stream } from "node:http2";
import {
  BodyPipe,
  type BodySink,
  type BytesBody,
  type Headers,
  type Reset,
  type StreamBody,
} from "@dualmesh/core";
import { toH2Fields } from "./h2-fields.ts";

export interface H2BodyWriterObserver {
  /** The last byte was handed to the stream. */
  written(): void;
  /** The body ended before its end: the stream has to be reset. */
  broken(reset: Reset): void;
}

/**
 * Writes a body into a stream of HTTP/2 as it comes. A stream that may end in trailers is opened with `waitForTrailers`.
 */
export class H2BodyWriter implements BodySink {
  readonly #stream: Http2Stream;
  readonly #body: StreamBody;
  readonly #observer: H2BodyWriterObserver;
  #isOver = false;
  #hasEnded = false;
  #trailers: Headers | undefined;
  #isWaiting = false;

  constructor(stream: Http2Stream, body: StreamBody, observer: H2BodyWriterObserver) {
    this.#stream = stream;
    this.#body = body;
    this.#observer = observer;
  }

  start(): void {
    // Asked also when the stream is reset: to answer then would make half a body look like a whole one.
    this.#stream.on("wantTrailers", () => {
      if (this.#hasEnded) sendTrailers(this.#stream, this.#trailers);
    });
    this.#body.read(this);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#isOver) return true;
    const more = this.#stream.write(bytes);
    if (!more && !this.#isWaiting) {
      this.#isWaiting = true;
      this.#stream.once("drain", () => {
        this.#isWaiting = false;
        if (!this.#isOver) this.#body.resume();
      });
    }
    return more;
  }

  end(trailers: Headers | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hasEnded = true;
    this.#trailers = trailers;
    this.#stream.end();
    this.#observer.written();
  }

  reset(reason: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.broken(reason);
  }

  /** Nobody wants the rest. */
  cancel(reason: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#body.cancel(reason);
  }
}

/** Ends what was opened with `waitForTrailers`; without trailers, by an empty frame. */
function sendTrailers(stream: Http2Stream, trailers: Headers | undefined): void {
  try {
    stream.sendTrailers(trailers === undefined ? {} : toH2Fields(trailers));
  } catch {
    // They cannot be written, and without them the body would look whole. Thrown from here, it would end the process.
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

/** Larger ones are written in pieces: node:http2 ends a connection for which too much waits. */
const MAX_WRITE_BYTES = 1024 * 1024;

/** A body of bytes as what can be written at once, or as a stream. */
export function inPieces(body: BytesBody): BytesBody | StreamBody {
  const { bytes, trailers } = body;
  if (bytes.length <= MAX_WRITE_BYTES && trailers === undefined) return body;
  const pipe = new BodyPipe({ lengthBytes: bytes.length });
  for (let at = 0; at < bytes.length; at += MAX_WRITE_BYTES)
    pipe.write(bytes.subarray(at, at + MAX_WRITE_BYTES));
  pipe.end(trailers);
  return pipe;
}

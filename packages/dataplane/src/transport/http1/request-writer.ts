import type { Socket } from "node:net";
import { writeTrailers } from "@dualmesh/codecs/http1";
import { type BodySink, type Headers, type Reset, type StreamBody, toReset } from "@dualmesh/core";
import type { Exchange } from "./exchange.ts";

/** A body up to this size goes into one buffer with its head; a larger one is not copied. */
const MAX_JOINED_BYTES = 16_384;

export interface RequestWriterObserver {
  /** The last byte of the request was handed to the socket. */
  sent(): void;
  /** The body ended before its end, or has not the length that was announced. */
  broken(reset: Reset): void;
}

/** Writes a request. Gives what must be stopped, if the response ends before the request does. */
export function writeRequest(
  socket: Socket,
  exchange: Exchange,
  observer: RequestWriterObserver,
): RequestBodyWriter | undefined {
  const { head, request } = exchange;
  const { body } = request;
  switch (body.kind) {
    case "none":
      socket.write(head, "latin1");
      observer.sent();
      return undefined;
    case "bytes": {
      const { bytes } = body;
      if (bytes.length <= MAX_JOINED_BYTES) {
        const joined = Buffer.allocUnsafe(head.length + bytes.length);
        joined.write(head, 0, "latin1");
        joined.set(bytes, head.length);
        socket.write(joined);
      } else {
        socket.cork();
        socket.write(head, "latin1");
        socket.write(bytes);
        socket.uncork();
      }
      observer.sent();
      return undefined;
    }
    case "stream": {
      const writer = new RequestBodyWriter(socket, body, exchange, observer);
      socket.cork();
      socket.write(head, "latin1");
      body.read(writer);
      socket.uncork();
      return writer;
    }
    default:
      return body satisfies never;
  }
}

/** Writes the body of a request as it comes, in chunks or in the length that was announced. */
export class RequestBodyWriter implements BodySink {
  readonly #socket: Socket;
  readonly #body: StreamBody;
  readonly #observer: RequestWriterObserver;
  readonly #isChunked: boolean;
  #left: number;
  #isOver = false;
  readonly #onDrain = (): void => this.#body.resume();

  constructor(socket: Socket, body: StreamBody, exchange: Exchange, observer: RequestWriterObserver) {
    const { isChunked, lengthBytes } = exchange.framing;
    this.#socket = socket;
    this.#body = body;
    this.#observer = observer;
    this.#isChunked = isChunked;
    this.#left = lengthBytes ?? Number.POSITIVE_INFINITY;
    socket.on("drain", this.#onDrain);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#isOver) return true;
    // An empty chunk would be read as the last.
    if (bytes.length === 0) return true;
    this.#left -= bytes.length;
    if (this.#left < 0) {
      this.#break(`the body is longer than the length that was announced, by ${-this.#left} bytes`);
      this.#body.cancel(BROKEN);
      return true;
    }
    if (!this.#isChunked) return this.#socket.write(bytes);
    this.#socket.cork();
    this.#socket.write(`${bytes.length.toString(16)}\r\n`, "latin1");
    this.#socket.write(bytes);
    const more = this.#socket.write("\r\n", "latin1");
    this.#socket.uncork();
    return more;
  }

  end(trailers: Headers | undefined): void {
    if (this.#isOver) return;
    if (this.#isChunked) {
      let end: string;
      try {
        end = writeTrailers(trailers);
      } catch (error) {
        // A trailer of an application's or a filter's that cannot be written.
        this.#stop();
        this.#observer.broken({ ...toReset(error), flag: "DPE", execution: "in-doubt" });
        return;
      }
      this.#socket.write(end, "latin1");
    } else if (this.#left > 0) {
      this.#break(`the body is shorter than the length that was announced, by ${this.#left} bytes`);
      return;
    }
    this.#stop();
    this.#observer.sent();
  }

  reset(reason: Reset): void {
    if (this.#isOver) return;
    this.#stop();
    this.#observer.broken(reason);
  }

  /** Nobody wants the rest. */
  cancel(reason: Reset): void {
    if (this.#isOver) return;
    this.#stop();
    this.#body.cancel(reason);
  }

  #break(what: string): void {
    this.#stop();
    this.#observer.broken({ ...BROKEN, message: `request: ${what}` });
  }

  #stop(): void {
    this.#isOver = true;
    this.#socket.off("drain", this.#onDrain);
  }
}

const BROKEN: Reset = Object.freeze({
  code: "INVALID_ARGUMENT",
  flag: "DPE",
  execution: "in-doubt",
  message: "request: the body has not the length that was announced",
});

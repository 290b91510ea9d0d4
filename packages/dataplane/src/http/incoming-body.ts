import type { IncomingMessage } from "node:http";
import {
  type Body,
  type BodySink,
  CANCELLED,
  createHeaders,
  NO_BODY,
  type Reset,
  type StreamBody,
  toReset,
} from "@dualmesh/core";

/** The body of a message that node:http parsed; nothing is read before its reader asks. */
export function incomingBody(message: IncomingMessage): Body {
  const length = message.headers["content-length"];
  const framed = length !== undefined || message.headers["transfer-encoding"] !== undefined;
  // A request without framing has no body (RFC 9112, section 6.3).
  if (!framed || length === "0") return NO_BODY;
  return new IncomingBody(message, length === undefined ? undefined : Number(length));
}

class IncomingBody implements StreamBody {
  readonly kind = "stream";
  readonly lengthBytes?: number;
  readonly #message: IncomingMessage;
  #sink: BodySink | undefined;

  constructor(message: IncomingMessage, lengthBytes: number | undefined) {
    this.#message = message;
    if (lengthBytes !== undefined) this.lengthBytes = lengthBytes;
  }

  read(sink: BodySink): void {
    if (this.#sink !== undefined) throw new TypeError("body: it has a reader already");
    this.#sink = sink;
    const message = this.#message;
    let over = false;
    const cut = (error: Error | undefined): void => {
      if (over) return;
      over = true;
      sink.reset(error === undefined ? CANCELLED : { ...toReset(error), code: "CANCELLED", flag: "DC" });
    };
    message.on("data", (chunk: Buffer) => {
      if (!over && !sink.chunk(chunk)) message.pause();
    });
    message.on("end", () => {
      if (over) return;
      over = true;
      const { rawTrailers } = message;
      sink.end(rawTrailers.length === 0 ? undefined : createHeaders(rawTrailers));
    });
    message.on("error", cut);
    message.on("close", () => cut(undefined));
  }

  resume(): void {
    this.#message.resume();
  }

  /** The rest is read and dropped: the connection stays usable, and the answer can still be sent on it. */
  cancel(_reason: Reset): void {
    const message = this.#message;
    message.removeAllListeners("data");
    message.resume();
  }
}

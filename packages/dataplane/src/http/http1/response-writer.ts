import { writeResponseHead, writeTrailers } from "@dualmesh/codecs/http1";
import {
  type BodySink,
  discardBody,
  type Headers,
  type Reset,
  type Response,
  type StreamBody,
  toReset,
} from "@dualmesh/core";
import type { Wire } from "../wire.ts";

/** A body, or a piece of one, up to this size goes into one buffer with what frames it; a larger one is not copied. */
const MAX_JOINED_BYTES = 16_384;

export interface ResponseWriterObserver {
  /** The last byte was handed to the connection. */
  written(): void;
  /** The body ended before its end: the client has half a message, and only a broken connection tells it so. */
  broken(reset: Reset): void;
}

/** What of a response depends on the connection, and not on the service. */
export interface ResponseFraming {
  /** Of the request: an answer to HEAD has the head of another body. */
  readonly method: string;
  /** Whether the client is told that the connection ends behind this answer. */
  readonly close: boolean;
  /** Whether the client knows no chunks, and is told that a connection goes on. */
  readonly isHttp10: boolean;
  /** The value of `date`, where the response has none (RFC 9110, section 6.6.1). */
  readonly date: string;
}

/**
 * Writes a response, framed anew. Gives what must be stopped, if the client goes away before its end.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for a header that cannot be written. Nothing was written then.
 */
export function writeResponse(
  connection: Wire,
  response: Response,
  framing: ResponseFraming,
  observer: ResponseWriterObserver,
): ResponseBodyWriter | undefined {
  const { body } = response;
  const { status, headers } = response.head;
  let lines = headers.has("date") ? "" : `date: ${framing.date}\r\n`;
  if (framing.close) lines += "connection: close\r\n";
  else if (framing.isHttp10) lines += "connection: keep-alive\r\n";
  // 1xx, 204 and 304 have no body, and an answer to HEAD speaks of another (RFC 9110, section 8.6).
  const isBodyless = framing.method === "HEAD" || status < 200 || status === 204 || status === 304;
  if (isBodyless) {
    // 1xx and 204 announce none either; the other two may.
    if (status < 200 || status === 204) headers.delete("content-length");
    connection.write(writeResponseHead(status, headers, lines), "latin1");
    discardBody(body);
    observer.written();
    return undefined;
  }
  switch (body.kind) {
    case "none":
      lines += lengthLine(headers, 0);
      connection.write(writeResponseHead(status, headers, lines), "latin1");
      observer.written();
      return undefined;
    case "bytes":
      if (body.trailers === undefined || framing.isHttp10) {
        lines += lengthLine(headers, body.bytes.length);
        writeJoined(connection, writeResponseHead(status, headers, lines), body.bytes, "");
      } else {
        headers.delete("content-length");
        const head = writeResponseHead(status, headers, `${lines}transfer-encoding: chunked\r\n`);
        writeJoined(
          connection,
          `${head}${sizeLine(body.bytes)}`,
          body.bytes,
          `\r\n${writeTrailers(body.trailers)}`,
        );
      }
      observer.written();
      return undefined;
    case "stream": {
      const length = streamLength(headers, body);
      const isChunked = length === undefined && !framing.isHttp10;
      if (length !== undefined) lines += lengthLine(headers, length);
      else if (isChunked) lines += "transfer-encoding: chunked\r\n";
      const head = writeResponseHead(status, headers, lines);
      const writer = new ResponseBodyWriter(connection, body, { head, length, isChunked }, observer);
      writer.start();
      return writer;
    }
    default:
      return body satisfies never;
  }
}

/** Whether nothing but the end of its connection tells a client that knows no chunks where a response ends. */
export function endsWithConnection({ head, body }: Response): boolean {
  return body.kind === "stream" && streamLength(head.headers, body) === undefined;
}

/** Writes the body of a response as it comes. Its head goes out with the first bytes, if they are here already. */
export class ResponseBodyWriter implements BodySink {
  readonly #connection: Wire;
  readonly #body: StreamBody;
  readonly #observer: ResponseWriterObserver;
  readonly #isChunked: boolean;
  #head: string;
  #left: number;
  #isOver = false;
  #isWaiting = false;
  readonly #onDrain = (): void => {
    this.#isWaiting = false;
    this.#body.resume();
  };

  constructor(
    connection: Wire,
    body: StreamBody,
    { head, length, isChunked }: { head: string; length: number | undefined; isChunked: boolean },
    observer: ResponseWriterObserver,
  ) {
    this.#connection = connection;
    this.#body = body;
    this.#head = head;
    this.#isChunked = isChunked;
    this.#left = length ?? Number.POSITIVE_INFINITY;
    this.#observer = observer;
  }

  start(): void {
    this.#body.read(this);
    if (this.#isOver || this.#head === "") return;
    this.#connection.write(this.#head, "latin1");
    this.#head = "";
  }

  chunk(bytes: Uint8Array): boolean {
    // An empty chunk would be read as the last.
    if (this.#isOver || bytes.length === 0) return true;
    this.#left -= bytes.length;
    if (this.#left < 0) {
      this.#stop();
      this.#body.cancel(WRONG_LENGTH);
      this.#observer.broken(WRONG_LENGTH);
      return true;
    }
    const head = this.#head;
    this.#head = "";
    const more = this.#isChunked
      ? writeJoined(this.#connection, `${head}${sizeLine(bytes)}`, bytes, "\r\n")
      : writeJoined(this.#connection, head, bytes, "");
    if (!more && !this.#isWaiting) {
      this.#isWaiting = true;
      this.#connection.once("drain", this.#onDrain);
    }
    return more;
  }

  end(trailers: Headers | undefined): void {
    if (this.#isOver) return;
    this.#stop();
    if (this.#left > 0 && this.#left < Number.POSITIVE_INFINITY) {
      this.#observer.broken(WRONG_LENGTH);
      return;
    }
    if (this.#isChunked) {
      let end: string;
      try {
        end = writeTrailers(trailers);
      } catch (error) {
        // A trailer of an application's or a filter's that cannot be written.
        this.#observer.broken(toReset(error));
        return;
      }
      this.#connection.write(`${this.#head}${end}`, "latin1");
    } else if (this.#head !== "") this.#connection.write(this.#head, "latin1");
    this.#head = "";
    this.#observer.written();
  }

  reset(reason: Reset): void {
    if (this.#isOver) return;
    this.#stop();
    this.#observer.broken(reason);
  }

  /** The client is gone. */
  cancel(reason: Reset): void {
    if (this.#isOver) return;
    this.#stop();
    this.#body.cancel(reason);
  }

  #stop(): void {
    this.#isOver = true;
    if (this.#isWaiting) this.#connection.off("drain", this.#onDrain);
  }
}

const WRONG_LENGTH: Reset = Object.freeze({
  code: "INTERNAL",
  flag: "",
  execution: "executed",
  message: "response: its body has not the length that its head announces",
});

/** What `content-length` has to say, unless it says so already. */
function lengthLine(headers: Headers, length: number): string {
  const claimed = headers.getAll("content-length");
  if (claimed.length === 1 && claimed[0] === String(length)) return "";
  if (claimed.length > 0) headers.delete("content-length");
  return `content-length: ${length}\r\n`;
}

function streamLength(headers: Headers, body: StreamBody): number | undefined {
  if (body.lengthBytes !== undefined) return body.lengthBytes;
  const claimed = headers.get("content-length");
  if (claimed !== undefined && /^\d{1,15}$/.test(claimed)) return Number(claimed);
  headers.delete("content-length");
  return undefined;
}

function sizeLine(bytes: Uint8Array): string {
  return `${bytes.length.toString(16)}\r\n`;
}

/** Text, bytes and text in one write: each write costs more than all the rest. */
function writeJoined(connection: Wire, before: string, bytes: Uint8Array, after: string): boolean {
  if (before === "" && after === "") return connection.write(bytes);
  if (bytes.length <= MAX_JOINED_BYTES) {
    const joined = Buffer.allocUnsafe(before.length + bytes.length + after.length);
    joined.write(before, 0, "latin1");
    joined.set(bytes, before.length);
    joined.write(after, before.length + bytes.length, "latin1");
    return connection.write(joined);
  }
  connection.cork();
  connection.write(before, "latin1");
  let more = connection.write(bytes);
  if (after !== "") more = connection.write(after, "latin1");
  connection.uncork();
  return more;
}

import type { Headers } from "@dualmesh/core";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { Framing, Http1RequestHead, Http1ResponseHead } from "./head.ts";
import { FAILED, HeadScanner, INCOMPLETE } from "./head-scanner.ts";
import { headersOf } from "./headers-of.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { MessageSink } from "./message-sink.ts";
import { CR, LF } from "./octets.ts";
import type { ProtocolError } from "./protocol-error.ts";
import { parseRequestLine, readRequestHead } from "./read-request-head.ts";
import { parseStatusLine, readResponseHead } from "./read-response-head.ts";
import { type Http1Rules, STRICT } from "./rules.ts";
import { trailersOf } from "./trailers.ts";

/**
 * Takes the messages of one direction of a connection apart.
 *
 * It stops behind each message until {@link next} is called: the bytes behind it may belong to a pipelined request, which
 * must not overtake, or to nobody.
 */
export interface MessageDecoder {
  /** Whether it is within a message, its first byte included. */
  readonly isInside: boolean;
  /** Bytes behind the message that is over. */
  readonly surplus: number;
  /**
   * Decodes bytes as far as it gets, and holds the rest.
   *
   * @param isBorrowed The caller will write to these bytes again: what the sink gets is a copy. Default `false`.
   */
  feed(bytes: Buffer, isBorrowed?: boolean): void;
  /** Goes on behind the message that is over. May be called by a sink. */
  next(): void;
  /** The connection has ended. Whether it did so between messages, or at the end of a body that is framed by it. */
  finish(): boolean;
}

/** Takes requests apart. */
export function createRequestDecoder(
  sink: MessageSink<Http1RequestHead>,
  rules: Http1Rules = STRICT,
): MessageDecoder {
  return new Decoder(sink, rules, {
    subject: "request head",
    readHead: (scanner, text) => readRequestHead(scanner, text, rules),
    readStartLine: (line) => parseRequestLine(line, rules),
  });
}

export interface ResponseDecoder extends MessageDecoder {
  /** The method of the request whose response comes next. */
  expect(method: string): void;
}

/** Takes responses apart. */
export function createResponseDecoder(
  sink: MessageSink<Http1ResponseHead>,
  rules: Http1Rules = STRICT,
): ResponseDecoder {
  let method = "";
  const decoder = new Decoder(sink, rules, {
    subject: "response head",
    readHead: (scanner, text) => readResponseHead(scanner, text, rules, method),
    readStartLine: parseStatusLine,
  });
  return Object.assign(decoder, {
    expect(next: string) {
      method = next;
    },
  });
}

/** What differs between the two directions. */
interface Direction<Head> {
  readonly subject: string;
  readonly readHead: (scanner: HeadScanner, text: string) => Head | ProtocolError;
  readonly readStartLine: (line: string) => object | ProtocolError;
}

class Decoder<Head extends { readonly framing: Framing; readonly contentLength: number | undefined }>
  implements MessageDecoder
{
  readonly #sink: MessageSink<Head>;
  readonly #rules: Http1Rules;
  readonly #scanner: HeadScanner;
  readonly #direction: Direction<Head>;
  readonly #held = new HeldBytes();
  #chunks: ChunkedDecoder | undefined;
  #trailers: HeadScanner | undefined;
  #state: "between" | "head" | "length" | "chunks" | "trailers" | "until-close" | "over" | "failed" =
    "between";
  /** Bytes of the body that are still to come. */
  #left = 0;
  #isRunning = false;
  surplus = 0;

  constructor(sink: MessageSink<Head>, rules: Http1Rules, direction: Direction<Head>) {
    this.#sink = sink;
    this.#rules = rules;
    this.#scanner = new HeadScanner(rules, direction.subject, true);
    this.#direction = direction;
  }

  get isInside(): boolean {
    return this.#state !== "between" && this.#state !== "over" && this.#state !== "failed";
  }

  feed(bytes: Buffer, isBorrowed = false): void {
    if (this.#state === "failed") return;
    const held = this.#held;
    if (held.length > 0) {
      held.append(bytes, 0, bytes.length);
      this.#runHeld();
      return;
    }
    const at = this.#run(bytes, 0, bytes.length, isBorrowed);
    if (at < bytes.length) held.append(bytes, at, bytes.length);
  }

  next(): void {
    if (this.#state !== "over") return;
    this.#state = "between";
    if (!this.#isRunning && this.#held.length > 0) this.#runHeld();
  }

  finish(): boolean {
    if (this.#state === "until-close") {
      this.#state = "over";
      this.#sink.end(undefined);
      return true;
    }
    return !this.isInside;
  }

  #runHeld(): void {
    const { bytes, from, to } = this.#held;
    this.#held.dropTo(this.#run(bytes, from, to, false));
  }

  /** Gives how far it came; to the end after an error, since nothing behind it counts. */
  #run(bytes: Buffer, from: number, to: number, isBorrowed: boolean): number {
    let at = from;
    this.#isRunning = true;
    try {
      while (at < to) {
        const before = at;
        at = this.#step(bytes, at, to, isBorrowed);
        if (at < 0) return to;
        if (at === before && this.#isWaiting) break;
      }
    } finally {
      this.#isRunning = false;
    }
    this.surplus = to - at;
    return at;
  }

  /** Whether it can do nothing with the bytes that are there. */
  #isWaiting = false;

  /** One part of a message. Gives how far it came; -1 after an error. */
  #step(bytes: Buffer, at: number, to: number, isBorrowed: boolean): number {
    this.#isWaiting = false;
    switch (this.#state) {
      case "between":
        return this.#skipEmptyLine(bytes, at, to);
      case "head": {
        const length = this.#scanner.scan(bytes, at, to);
        if (length === INCOMPLETE) return this.#checkStartLine(bytes, at) ?? this.#wait(at);
        if (length === FAILED) {
          return this.#checkStartLine(bytes, at) ?? this.#fail(this.#scanner.error as ProtocolError);
        }
        this.#hasStartLine = false;
        const head = this.#direction.readHead(this.#scanner, bytes.toString("latin1", at, at + length));
        this.#scanner.reset();
        if ("code" in head) return this.#fail(head);
        return this.#begin(head, bytes, at + length, to, isBorrowed);
      }
      case "length": {
        const end = Math.min(at + this.#left, to);
        this.#left -= end - at;
        this.surplus = to - end;
        this.#sink.body(part(bytes, at, end, isBorrowed));
        // A sink that has failed or gone on by itself has changed the state.
        if (this.#left === 0 && this.#state === "length") this.#end(undefined);
        return end;
      }
      case "chunks": {
        const chunks = this.#chunks as ChunkedDecoder;
        const end = chunks.read(bytes, at, to, (from, until) =>
          this.#sink.body(part(bytes, from, until, isBorrowed)),
        );
        if (end < 0) return this.#fail(chunks.error as ProtocolError);
        if (chunks.done) this.#state = "trailers";
        return end;
      }
      case "trailers": {
        const scanner = this.#trailers as HeadScanner;
        const length = scanner.scan(bytes, at, to);
        if (length === INCOMPLETE) return this.#wait(at);
        if (length === FAILED) return this.#fail(scanner.error as ProtocolError);
        this.surplus = to - at - length;
        const trailers = this.#readTrailers(scanner, bytes, at, at + length);
        if (trailers !== undefined && "code" in trailers) return this.#fail(trailers);
        this.#end(trailers);
        return at + length;
      }
      case "until-close":
        this.#sink.body(part(bytes, at, to, isBorrowed));
        return to;
      case "over":
      case "failed":
        return this.#wait(at);
      default:
        return this.#state satisfies never;
    }
  }

  #readTrailers(
    scanner: HeadScanner,
    bytes: Buffer,
    from: number,
    to: number,
  ): Headers | undefined | ProtocolError {
    // Most bodies have none.
    if (scanner.fields.length === 0) {
      scanner.reset();
      return undefined;
    }
    const fields = headersOf(scanner, bytes.toString("latin1", from, to));
    scanner.reset();
    return trailersOf(fields, this.#rules);
  }

  /** Whether the start line of a head that is not complete was looked at. */
  #hasStartLine = false;

  /**
   * A peer that speaks another protocol may send one line and wait: it is refused by that line. So is one whose fields are
   * bad too: which of the two it hears must not depend on how its bytes were cut.
   */
  #checkStartLine(bytes: Buffer, at: number): -1 | undefined {
    const { startEnd } = this.#scanner;
    if (this.#hasStartLine || startEnd === 0) return undefined;
    this.#hasStartLine = true;
    const line = this.#direction.readStartLine(bytes.toString("latin1", at, at + startEnd));
    return "code" in line ? this.#fail(line as ProtocolError) : undefined;
  }

  /** An empty line before a start line is ignored (RFC 9112, section 2.2). */
  #skipEmptyLine(bytes: Buffer, at: number, to: number): number {
    const first = bytes[at];
    if (first === CR) {
      if (at + 1 === to) return this.#wait(at);
      if (bytes[at + 1] === LF) return at + 2;
    } else if (first === LF && this.#rules.lenientLines) return at + 1;
    this.#state = "head";
    return at;
  }

  #begin(head: Head, bytes: Buffer, at: number, to: number, isBorrowed: boolean): number {
    switch (head.framing) {
      case "none":
        this.#state = "over";
        this.surplus = to - at;
        this.#sink.head(head, true, undefined);
        return at;
      case "length": {
        const length = head.contentLength as number;
        if (to - at >= length) {
          this.#state = "over";
          this.surplus = to - at - length;
          this.#sink.head(head, true, part(bytes, at, at + length, isBorrowed));
          return at + length;
        }
        this.#state = "length";
        this.#left = length;
        break;
      }
      case "chunked":
        if (this.#chunks === undefined) {
          this.#chunks = new ChunkedDecoder(this.#rules);
          this.#trailers = new HeadScanner(this.#rules, "trailers", false);
        } else this.#chunks.reset();
        this.#state = "chunks";
        break;
      case "until-close":
        this.#state = "until-close";
        break;
      default:
        head.framing satisfies never;
    }
    this.#sink.head(head, false, undefined);
    return at;
  }

  #end(trailers: Headers | undefined): void {
    this.#state = "over";
    this.#sink.end(trailers);
  }

  #wait(at: number): number {
    this.#isWaiting = true;
    return at;
  }

  #fail(error: ProtocolError): -1 {
    this.#state = "failed";
    this.#sink.failed(error);
    return -1;
  }
}

function part(bytes: Buffer, from: number, to: number, isBorrowed: boolean): Buffer {
  if (!isBorrowed) return bytes.subarray(from, to);
  const copy = Buffer.allocUnsafe(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}

import type { Headers } from "@dualmesh/core";
import {
  createRequestDecoder,
  createResponseDecoder,
  type Http1RequestHead,
  type Http1ResponseHead,
  type Http1Rules,
  type MessageDecoder,
  type MessageSink,
  type ProtocolError,
  STRICT,
} from "../../src/http1/index.ts";

/** A message as a sink saw it, however it was cut. */
export interface SeenMessage<Head> {
  readonly head: Head;
  readonly fields: readonly string[];
  /** As Latin-1. */
  body: string;
  trailers: readonly string[] | undefined;
  /** The offset behind it, of all bytes that were fed; -1 for one that is not over. */
  end: number;
}

/** What came of some bytes. */
export interface Seen<Head> {
  readonly messages: SeenMessage<Head>[];
  error: ProtocolError | undefined;
  readonly decoder: MessageDecoder;
}

/** Notes what a decoder says. Each message is followed by the next one at once. */
class Recorder<Head extends { readonly headers: Headers }> implements MessageSink<Head> {
  readonly messages: SeenMessage<Head>[] = [];
  error: ProtocolError | undefined;
  decoder!: MessageDecoder;
  fed = 0;

  head(head: Head, isWhole: boolean, body?: Buffer): void {
    const message: SeenMessage<Head> = {
      head,
      fields: head.headers.flat(),
      body: body?.toString("latin1") ?? "",
      trailers: undefined,
      end: -1,
    };
    this.messages.push(message);
    if (isWhole) this.#over(message);
  }

  body(bytes: Buffer): void {
    this.#last.body += bytes.toString("latin1");
  }

  end(trailers: Headers | undefined): void {
    this.#last.trailers = trailers?.flat();
    this.#over(this.#last);
  }

  failed(error: ProtocolError): void {
    this.error = error;
  }

  get #last(): SeenMessage<Head> {
    const last = this.messages.at(-1);
    if (last === undefined) throw new Error("a body without a head");
    return last;
  }

  #over(message: SeenMessage<Head>): void {
    message.end = this.fed - this.decoder.surplus;
    this.decoder.next();
  }
}

function feed<Head extends { readonly headers: Headers }>(
  recorder: Recorder<Head>,
  bytes: string | readonly Buffer[],
): Seen<Head> {
  for (const piece of typeof bytes === "string" ? [Buffer.from(bytes, "latin1")] : bytes) {
    recorder.fed += piece.length;
    recorder.decoder.feed(piece);
  }
  return recorder;
}

/** Reads requests out of Latin-1 text, or out of pieces as they would come. */
export function readRequests(
  bytes: string | readonly Buffer[],
  rules: Http1Rules = STRICT,
): Seen<Http1RequestHead> {
  const recorder = new Recorder<Http1RequestHead>();
  recorder.decoder = createRequestDecoder(recorder, rules);
  return feed(recorder, bytes);
}

/** The same for responses to requests of one method. The connection ends behind the bytes. */
export function readResponses(
  bytes: string | readonly Buffer[],
  method = "GET",
  rules: Http1Rules = STRICT,
): Seen<Http1ResponseHead> {
  const recorder = new Recorder<Http1ResponseHead>();
  const decoder = createResponseDecoder(recorder, rules);
  recorder.decoder = decoder;
  decoder.expect(method);
  const seen = feed(recorder, bytes);
  decoder.finish();
  return seen;
}

/** The status that a head is refused with, or what it says: `GET /x a=1 b=2`. */
export function verdict(bytes: string, rules: Http1Rules = STRICT): number | string {
  const { messages, error } = readRequests(bytes, rules);
  if (error !== undefined) return error.status;
  const [message] = messages;
  if (message === undefined) return "waits";
  const pairs = [...message.head.headers].map(([name, value]) => `${name}=${value}`);
  return [message.head.method, message.head.target, ...pairs].join(" ");
}

/** Cuts bytes at the given offsets. */
export function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const offsets = [0, ...[...new Set(at)].sort((a, b) => a - b), bytes.length];
  // Copies, so that nothing can look behind the end of its piece.
  return offsets.slice(1).map((end, i) => Buffer.from(bytes.subarray(offsets[i], end)));
}

import type { OutgoingHttpHeaders, ServerHttp2Stream, ServerStreamResponseOptions } from "node:http2";
import { createHeaders, type Headers } from "@dualmesh/core";
import { toH2Fields } from "@dualmesh/dataplane";

type State = "open" | "announced" | "released" | "discarded";
type Method = (...args: never[]) => unknown;

/** What an application calls to send bytes. */
const WRITERS = ["write", "end"] as const;

/**
 * Holds an application's response on a stream between the moment its head is known and the moment the chain has let it
 * out, so that filters can still change the head. With filters that only look on, that is a few microtasks.
 *
 * ```text
 *  open ──respond, or the first byte──► announced ──release──► released: what was held goes out, the rest as ever
 *                                            └──────discard───► discarded: the chain answers, the rest is dropped
 * ```
 */
export class HeldStream {
  readonly #stream: ServerHttp2Stream;
  readonly #onHead: (status: number, headers: Headers) => void;
  readonly #respond: ServerHttp2Stream["respond"];
  readonly #writers: Readonly<Record<(typeof WRITERS)[number], Method>>;
  #state: State = "open";
  #given: OutgoingHttpHeaders = {};
  #options: ServerStreamResponseOptions | undefined;
  #held: (() => void)[] = [];
  /** `grpc-status` and what else came behind the body. */
  trailers: Headers | undefined;

  constructor(stream: ServerHttp2Stream, onHead: (status: number, headers: Headers) => void) {
    this.#stream = stream;
    this.#onHead = onHead;
    this.#respond = stream.respond;
    this.#writers = { write: stream.write as Method, end: stream.end as Method };
    stream.respond = (headers = {}, options) => this.#announce(headers as OutgoingHttpHeaders, options);
    for (const name of WRITERS) Reflect.set(stream, name, (...args: never[]) => this.#write(name, args));
    const { sendTrailers } = stream;
    stream.sendTrailers = (headers) => {
      this.trailers = headersOf(headers);
      sendTrailers.call(stream, headers);
    };
    // Asked by the compatibility API of node:http2 before it answers by itself.
    Object.defineProperty(stream, "headersSent", { configurable: true, get: () => this.#state !== "open" });
  }

  /** Lets the response go on, with the head as the chain left it. */
  release(status: number, headers: Headers): void {
    const stream = this.#stream;
    const isSame = !headers.changed && status === statusOf(this.#given);
    this.#restore("released");
    if (stream.destroyed || stream.closed) return;
    this.#respond.call(
      stream,
      isSame ? this.#given : toH2Fields(headers, { ":status": status }),
      this.#options,
    );
    for (const send of this.#held.splice(0)) send();
    if (!stream.writableNeedDrain && !stream.writableEnded) stream.emit("drain");
  }

  /** Drops what the application wrote, and will write; `answer` sends something else. */
  discard(answer: () => void): void {
    const stream = this.#stream;
    this.#restore("discarded");
    this.#held = [];
    answer();
    stream.respond = () => {};
    stream.sendTrailers = () => {};
    Reflect.set(stream, "write", () => true);
    Reflect.set(stream, "end", () => stream);
  }

  #announce(headers: OutgoingHttpHeaders, options: ServerStreamResponseOptions | undefined): void {
    if (this.#state === "announced") throw tooLate();
    if (this.#state !== "open") return;
    this.#state = "announced";
    this.#given = headers;
    this.#options = options;
    this.#onHead(statusOf(headers), headersOf(headers));
  }

  #write(name: (typeof WRITERS)[number], args: never[]): unknown {
    const stream = this.#stream;
    // As node:http2 does.
    if (this.#state === "open") this.#announce({}, undefined);
    this.#held.push(() => this.#writers[name].apply(stream, args));
    return name === "write" ? false : stream;
  }

  #restore(state: State): void {
    const stream = this.#stream;
    this.#state = state;
    for (const name of ["respond", ...WRITERS, "headersSent"]) Reflect.deleteProperty(stream, name);
  }
}

function statusOf(headers: OutgoingHttpHeaders): number {
  return Number(headers[":status"] ?? 200);
}

/** Pseudo-fields stay behind: they are the head's. */
function headersOf(fields: OutgoingHttpHeaders): Headers {
  const flat: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of Array.isArray(value) ? value : [value]) flat.push(name, String(one));
  }
  return createHeaders(flat);
}

function tooLate(): Error {
  return Object.assign(new Error("Response has already been initiated."), {
    code: "ERR_HTTP2_HEADERS_SENT",
  });
}

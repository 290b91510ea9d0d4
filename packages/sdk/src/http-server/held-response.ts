import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { createHeaders, type Headers } from "@dualmesh/core";

type Method = (...args: unknown[]) => unknown;

type State = "open" | "announced" | "released" | "discarded";

/** What an application calls to send something. */
const SENDERS = ["writeHead", "flushHeaders", "write", "end"] as const;
type Sender = (typeof SENDERS)[number];

/** What node:http refuses once a head is on its way. */
const LATE = ["setHeader", "appendHeader", "removeHeader"] as const;

/**
 * Holds an application's response between the moment its head is known and the moment the chain has let it out, so that
 * filters can still change it. With filters that only look on, that is a few microtasks.
 *
 * ```text
 *  open ──the application sends something──► announced ──release──► released: what was held goes out, the rest as ever
 *                                               └──────discard───► discarded: the chain answers, the rest is dropped
 * ```
 * The methods are replaced on the instance: frameworks such as express exchange the prototype. Libraries wrap them in
 * turn (on-headers, compression), so what was replaced stays callable for ever.
 */
export class HeldResponse {
  readonly #outgoing: ServerResponse;
  readonly #onHead: (status: number, headers: Headers) => void;
  readonly #original: Readonly<Record<Sender, Method>>;
  readonly #replaced: Readonly<Record<Sender, Method>>;
  #held: { readonly sender: Sender; readonly args: unknown[] }[] = [];
  #state: State = "open";
  /** Whether the application called `writeHead` by itself. */
  #isExplicit = true;

  constructor(outgoing: ServerResponse, onHead: (status: number, headers: Headers) => void) {
    this.#outgoing = outgoing;
    this.#onHead = onHead;
    const { writeHead, flushHeaders, write, end } = outgoing as unknown as Record<Sender, Method>;
    this.#original = { writeHead, flushHeaders, write, end };
    this.#replaced = {
      writeHead: (...args) => this.#writeHead(args),
      flushHeaders: (...args) => this.#send("flushHeaders", args, undefined),
      write: (...args) => this.#send("write", args, false),
      end: (...args) => this.#send("end", args, outgoing),
    };
    Object.assign(outgoing, this.#replaced);
    Object.defineProperty(outgoing, "headersSent", {
      configurable: true,
      get: () => this.#state !== "open",
    });
  }

  /** Lets the response go on, with the head as the chain left it. */
  release(status: number, headers: Headers): void {
    const outgoing = this.#outgoing;
    this.#state = "released";
    this.#restore();
    if (outgoing.destroyed) return;
    outgoing.statusCode = status;
    if (headers.changed) replaceHeaders(outgoing, headers);
    // Without it node:http writes the head with the first bytes, and knows the length where they are the last.
    if (this.#isExplicit) this.#original.writeHead.call(outgoing, status);
    for (const { sender, args } of this.#held) this.#original[sender].apply(outgoing, args);
    this.#held = [];
    // A writer that was told to wait during the hold is waiting for this.
    if (!outgoing.writableNeedDrain && !outgoing.writableEnded) outgoing.emit("drain");
  }

  /** Drops what the application wrote; `answer` sends something else. */
  discard(answer: () => void): void {
    const outgoing = this.#outgoing;
    this.#state = "discarded";
    this.#held = [];
    this.#restore();
    for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
    const wrapped = SENDERS.map((name) => [name, Object.getOwnPropertyDescriptor(outgoing, name)] as const);
    for (const name of SENDERS) Reflect.deleteProperty(outgoing, name);
    answer();
    // The application may go on writing: node:http would take that for an error, and end the process.
    const mute = (): void => {
      for (const [name, wrapper] of wrapped)
        if (wrapper === undefined) Reflect.set(outgoing, name, this.#replaced[name]);
        else Object.defineProperty(outgoing, name, wrapper);
    };
    if (outgoing.writableEnded) mute();
    else outgoing.once("finish", mute);
  }

  #writeHead(args: unknown[]): unknown {
    if (this.#state === "released") return this.#original.writeHead.apply(this.#outgoing, args);
    if (this.#state === "announced") tooLate();
    if (this.#state === "discarded") return this.#outgoing;
    const [status, second, third] = args;
    const hasReason = typeof second === "string";
    if (hasReason) this.#outgoing.statusMessage = second;
    this.#announce(status as number, (hasReason ? third : second) as GivenHeaders);
    return this.#outgoing;
  }

  #send(sender: Sender, args: unknown[], held: unknown): unknown {
    const outgoing = this.#outgoing;
    if (this.#is("released")) return this.#original[sender].apply(outgoing, args);
    if (this.#is("open")) {
      this.#isExplicit = false;
      // By its name on the instance, as node:http does: whoever has wrapped it wants to be called before the head is sent.
      outgoing.writeHead(outgoing.statusCode);
      // A wrapper may have kept the call to itself.
      if (this.#is("open")) this.#announce(outgoing.statusCode, undefined);
    }
    if (this.#is("announced")) this.#held.push({ sender, args });
    return this.#is("discarded") && sender === "write" ? true : held;
  }

  /** A question and no comparison: what is called in between changes the state. */
  #is(state: State): boolean {
    return this.#state === state;
  }

  #announce(status: number, given: GivenHeaders): void {
    if (this.#state !== "open") return;
    const outgoing = this.#outgoing;
    // node:http would refuse it only when the chain lets it out, where nobody waits for an error.
    if (!(status >= 100 && status <= 999)) {
      throw Object.assign(new RangeError(`Invalid status code: ${status}`), {
        code: "ERR_HTTP_INVALID_STATUS_CODE",
      });
    }
    outgoing.statusCode = status;
    takeHeaders(outgoing, given);
    const headers = createHeaders(flatHeaders(outgoing));
    this.#state = "announced";
    for (const name of LATE) Reflect.set(outgoing, name, tooLate);
    this.#onHead(status, headers);
  }

  /** Takes back what nobody has wrapped meanwhile. */
  #restore(): void {
    const outgoing = this.#outgoing;
    for (const name of LATE) Reflect.deleteProperty(outgoing, name);
    Reflect.deleteProperty(outgoing, "headersSent");
    for (const name of SENDERS)
      if (Reflect.get(outgoing, name) === this.#replaced[name]) Reflect.deleteProperty(outgoing, name);
  }
}

type GivenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;

function tooLate(): never {
  throw Object.assign(new Error("Cannot set headers after they are sent to the client"), {
    code: "ERR_HTTP_HEADERS_SENT",
  });
}

/** What `writeHead` is given goes on top of what `setHeader` collected. */
function takeHeaders(outgoing: ServerResponse, given: GivenHeaders): void {
  if (Array.isArray(given)) {
    const flat = given.flat();
    for (let i = 0; i < flat.length; i += 2) outgoing.removeHeader(String(flat[i]));
    for (let i = 0; i < flat.length; i += 2) outgoing.appendHeader(String(flat[i]), String(flat[i + 1]));
  } else if (given !== undefined) {
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) outgoing.setHeader(name, value);
  }
}

function flatHeaders(outgoing: ServerResponse): string[] {
  const flat: string[] = [];
  for (const name of (outgoing as RawNames).getRawHeaderNames()) {
    const value = outgoing.getHeader(name);
    if (Array.isArray(value)) for (const one of value) flat.push(name, one);
    else if (value !== undefined) flat.push(name, String(value));
  }
  return flat;
}

/** In node:http since 15.4, in its documentation for `ClientRequest`; the types lack it here. */
type RawNames = ServerResponse & { getRawHeaderNames(): string[] };

function replaceHeaders(outgoing: ServerResponse, headers: Headers): void {
  for (const name of outgoing.getHeaderNames()) if (!headers.has(name)) outgoing.removeHeader(name);
  for (const [name] of headers) {
    const values = headers.getAll(name);
    outgoing.setHeader(name, values.length === 1 ? (values[0] as string) : values);
  }
}

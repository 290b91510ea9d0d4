import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { createHeaders, type Headers } from "@dualmesh/core";

/** What an application did to its response before the chain let it out. */
type Operation =
  | { readonly kind: "write"; readonly args: unknown[] }
  | { readonly kind: "end"; readonly args: unknown[] }
  | { readonly kind: "flush" };

/**
 * Holds an application's response between the moment its head is known and the moment the chain has let it out, so that
 * filters can still change it. With filters that only look on, that is a few microtasks, and nothing is held by then.
 *
 * The methods are replaced on the instance: frameworks such as express exchange the prototype.
 */
export class HeldResponse {
  readonly #outgoing: ServerResponse;
  readonly #onHead: (status: number, headers: Headers) => void;
  readonly #held: Operation[] = [];
  #head: { readonly status: number; readonly headers: Headers } | undefined;

  constructor(outgoing: ServerResponse, onHead: (status: number, headers: Headers) => void) {
    this.#outgoing = outgoing;
    this.#onHead = onHead;
    this.#replace();
  }

  /** Lets the response go on, with the head as the chain left it. */
  release(status: number, headers: Headers): void {
    const outgoing = this.#outgoing;
    restore(outgoing);
    if (outgoing.destroyed) return;
    outgoing.writeHead(status, headers.flat() as string[]);
    for (const operation of this.#held) {
      if (operation.kind === "flush") outgoing.flushHeaders();
      else if (operation.kind === "write")
        (outgoing.write as (...args: unknown[]) => boolean)(...operation.args);
      else (outgoing.end as (...args: unknown[]) => void)(...operation.args);
    }
    // A writer that was told to wait during the hold is waiting for this.
    if (!outgoing.writableNeedDrain && !outgoing.writableEnded) outgoing.emit("drain");
  }

  /** Drops what the application wrote: the chain answers by itself. */
  discard(): void {
    restore(this.#outgoing);
    for (const name of this.#outgoing.getHeaderNames()) this.#outgoing.removeHeader(name);
  }

  #replace(): void {
    const outgoing = this.#outgoing;
    outgoing.writeHead = ((status: number, second?: unknown, third?: unknown) => {
      const given = (typeof second === "string" ? third : second) as
        | OutgoingHttpHeaders
        | OutgoingHttpHeader[]
        | undefined;
      if (typeof second === "string") outgoing.statusMessage = second;
      this.#announce(status, given);
      return outgoing;
    }) as ServerResponse["writeHead"];
    outgoing.flushHeaders = () => {
      this.#announce(outgoing.statusCode, undefined);
      this.#held.push({ kind: "flush" });
    };
    outgoing.write = ((...args: unknown[]) => {
      this.#announce(outgoing.statusCode, undefined);
      this.#held.push({ kind: "write", args });
      return false;
    }) as ServerResponse["write"];
    outgoing.end = ((...args: unknown[]) => {
      this.#announce(outgoing.statusCode, undefined, args);
      this.#held.push({ kind: "end", args });
      return outgoing;
    }) as ServerResponse["end"];
    Object.defineProperty(outgoing, "headersSent", {
      configurable: true,
      get: () => this.#head !== undefined,
    });
  }

  #announce(
    status: number,
    given: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
    endArgs?: readonly unknown[],
  ): void {
    if (this.#head !== undefined) return;
    const headers = createHeaders(flatHead(this.#outgoing, given));
    const whole = endArgs?.[0];
    // The whole body is known: node:http would have said its length, had it written the head itself.
    if (endArgs !== undefined && !headers.has("content-length") && !headers.has("transfer-encoding")) {
      const length =
        typeof whole === "string"
          ? Buffer.byteLength(whole, encodingOf(endArgs[1]))
          : whole instanceof Uint8Array
            ? whole.length
            : 0;
      if (status !== 204 && status !== 304) headers.append("Content-Length", String(length));
    }
    this.#head = { status, headers };
    this.#onHead(status, headers);
  }
}

function restore(outgoing: ServerResponse): void {
  for (const name of ["writeHead", "flushHeaders", "write", "end", "headersSent"]) {
    Reflect.deleteProperty(outgoing, name);
  }
}

/** What `setHeader` collected, with what `writeHead` was given on top, as a flat list. */
function flatHead(
  outgoing: ServerResponse,
  given: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): string[] {
  if (Array.isArray(given)) {
    for (let i = 0; i < given.length; i += 2) outgoing.removeHeader(String(given[i]));
    return [...flatSetHeaders(outgoing), ...given.map(String)];
  }
  if (given !== undefined) {
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) outgoing.setHeader(name, value);
  }
  return flatSetHeaders(outgoing);
}

function flatSetHeaders(outgoing: ServerResponse): string[] {
  const flat: string[] = [];
  for (const name of (outgoing as RawNames).getRawHeaderNames()) {
    const value = outgoing.getHeader(name);
    if (Array.isArray(value)) for (const one of value) flat.push(name, one);
    else if (value !== undefined) flat.push(name, String(value));
    outgoing.removeHeader(name);
  }
  return flat;
}

/** In node:http since 15.4, in its documentation for `ClientRequest`; the types lack it here. */
type RawNames = ServerResponse & { getRawHeaderNames(): string[] };

function encodingOf(value: unknown): BufferEncoding {
  return typeof value === "string" ? (value as BufferEncoding) : "utf8";
}

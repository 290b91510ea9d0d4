import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Headers, RequestHead, ResponseHead } from "@dualmesh/core";
import type { AppExchange } from "../app-service.ts";
import { HeldStream } from "./held-stream.ts";
import { incomingFields } from "./incoming-fields.ts";

type Emit = (fields: IncomingHttpHeaders, raw: readonly string[]) => void;

/** A stream of an application's server of HTTP/2. */
export class Http2Exchange implements AppExchange {
  readonly stream: ServerHttp2Stream;
  /** As node:http2 has read them, pseudo-fields included. */
  readonly fields: IncomingHttpHeaders;
  /** The same without pseudo-fields. */
  readonly headers: Headers;
  readonly #raw: readonly string[];
  readonly #emit: Emit;
  /** The response, once the application may write it. */
  held: HeldStream | undefined;
  /** The head of the application's response, as it wrote it. */
  responseHead: ResponseHead | undefined;

  /** @param emit Hands the request to the application's handlers. */
  constructor(
    stream: ServerHttp2Stream,
    fields: IncomingHttpHeaders,
    raw: readonly string[],
    headers: Headers,
    emit: Emit,
  ) {
    this.stream = stream;
    this.fields = fields;
    this.headers = headers;
    this.#raw = raw;
    this.#emit = emit;
  }

  get trailers(): Headers | undefined {
    return this.held?.trailers;
  }

  /** To the application as it is: there is no chain, or another process has run it. */
  pass(): void {
    const { ":path": path = "/", ":authority": authority = "" } = this.fields;
    this.#handOver(path, authority, this.headers);
  }

  deliver({ path, authority, headers }: RequestHead): Promise<ResponseHead> {
    return new Promise((resolve) => {
      this.held = new HeldStream(this.stream, (status, responseHeaders) => {
        this.responseHead = { status, headers: responseHeaders };
        resolve(this.responseHead);
      });
      this.#handOver(path, authority, headers);
    });
  }

  #handOver(path: string, authority: string, headers: Headers): void {
    const { fields } = this;
    const isSame =
      !headers.changed && path === fields[":path"] && authority === (fields[":authority"] ?? fields.host);
    if (isSame) this.#emit(fields, this.#raw);
    else {
      const raw = [...pseudoFields(fields, path, authority), ...headers.flat()];
      this.#emit(incomingFields(raw), raw);
    }
  }
}

/** In the order in which the client sent them. */
function pseudoFields(fields: IncomingHttpHeaders, path: string, authority: string): string[] {
  const flat: string[] = [];
  for (const [name, value] of Object.entries({
    ...fields,
    ":path": path,
    ...(fields[":authority"] === undefined ? {} : { ":authority": authority }),
  })) {
    if (name.startsWith(":") && typeof value === "string") flat.push(name, value);
  }
  return flat;
}

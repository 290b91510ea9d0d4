import {
  type Body,
  bytesBody,
  createHeaders,
  type Exchange,
  type Headers,
  NO_BODY,
  type Request,
  type Response,
  readBody,
} from "@dualmesh/core";

/** Headers as a test writes them: an object, or a flat list where a name occurs twice. */
export type HeaderInput = Readonly<Record<string, string>> | readonly string[];

export interface TextRequestOptions {
  /** Default `http/1.1`. */
  readonly protocol?: string;
  /** Default `unary`. */
  readonly exchange?: Exchange;
  /** Default `GET`, or `POST` if there is a body. */
  readonly method?: string;
  /** Default `http`. */
  readonly scheme?: string;
  /** Default `orders.test`. */
  readonly authority?: string;
  /** Default `/`. */
  readonly path?: string;
  readonly headers?: HeaderInput;
  /** Text (UTF-8), or a body of any kind. Default: none. */
  readonly body?: string | Body;
}

/** A request with sensible values for whatever a test does not care about. */
export function textRequest(options: TextRequestOptions = {}): Request {
  const body = toBody(options.body);
  return {
    head: {
      protocol: options.protocol ?? "http/1.1",
      exchange: options.exchange ?? "unary",
      method: options.method ?? (body.kind === "none" ? "GET" : "POST"),
      scheme: options.scheme ?? "http",
      authority: options.authority ?? "orders.test",
      path: options.path ?? "/",
      headers: toHeaders(options.headers),
    },
    body,
  };
}

/** A response as an upstream sends it. */
export function textResponse(status = 200, body?: string | Body, headers?: HeaderInput): Response {
  return { head: { status, headers: toHeaders(headers) }, body: toBody(body) };
}

/** Reads a body to its end, as UTF-8. Rejects when it is reset. */
export async function bodyText(body: Body): Promise<string> {
  const { bytes } = await readBody(body);
  return Buffer.from(bytes).toString();
}

function toBody(body: string | Body | undefined): Body {
  if (typeof body !== "string") return body ?? NO_BODY;
  return body === "" ? NO_BODY : bytesBody(body);
}

function toHeaders(headers: HeaderInput = []): Headers {
  return createHeaders(isFlat(headers) ? headers : Object.entries(headers).flat());
}

function isFlat(headers: HeaderInput): headers is readonly string[] {
  return Array.isArray(headers);
}

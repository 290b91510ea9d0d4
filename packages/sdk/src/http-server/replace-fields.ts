import type { IncomingMessage } from "node:http";

/** Fields of which node:http keeps the first value (`message.headers` in its documentation). */
const FIRST_COUNTS: ReadonlySet<string> = new Set([
  "age",
  "authorization",
  "content-length",
  "content-type",
  "etag",
  "expires",
  "from",
  "host",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "referer",
  "retry-after",
  "server",
  "user-agent",
]);

/**
 * Gives a message other header fields, in all the forms in which node:http offers them. Its own accessors would go on
 * looking at as many raw fields as once came.
 */
export function replaceFields(incoming: IncomingMessage, flat: readonly string[]): void {
  incoming.rawHeaders = flat as string[];
  incoming.headers = joined(flat);
  // Few applications ask for this form.
  Object.defineProperty(incoming, "headersDistinct", { configurable: true, get: () => distinct(flat) });
}

function joined(flat: readonly string[]): IncomingMessage["headers"] {
  const headers: IncomingMessage["headers"] = {};
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const value = flat[i + 1] as string;
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (name === "set-cookie") headers[name] = headers["set-cookie"]?.concat(value) ?? [value];
    else if (before === undefined) headers[name] = value;
    else if (!FIRST_COUNTS.has(name))
      headers[name] = `${String(before)}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return headers;
}

function distinct(flat: readonly string[]): IncomingMessage["headersDistinct"] {
  // As in node:http, without a prototype.
  const headers = Object.create(null) as Record<string, string[]>;
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const values = headers[name];
    if (values === undefined) headers[name] = [flat[i + 1] as string];
    else values.push(flat[i + 1] as string);
  }
  return headers;
}

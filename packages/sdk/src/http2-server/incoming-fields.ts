import type { IncomingHttpHeaders } from "node:http2";

/** Fields of which node:http2 keeps the first value, as it does of all pseudo-fields. */
const FIRST_COUNTS: ReadonlySet<string> = new Set([
  "age",
  "authorization",
  "content-length",
  "content-type",
  "date",
  "etag",
  "expires",
  "from",
  "host",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "user-agent",
]);

/** A flat list of fields as the object that node:http2 makes of it: several values joined, `set-cookie` as a list. */
export function incomingFields(raw: readonly string[]): IncomingHttpHeaders {
  // As in node:http2, without a prototype.
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const before = fields[name];
    if (name === "set-cookie") fields[name] = [...((before as string[] | undefined) ?? []), value];
    else if (before === undefined) fields[name] = value;
    else if (!name.startsWith(":") && !FIRST_COUNTS.has(name))
      fields[name] = `${before as string}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return fields;
}

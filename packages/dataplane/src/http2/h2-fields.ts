import type { OutgoingHttpHeaders } from "node:http2";
import { isToken } from "@dualmesh/codecs/http1";
import { createHeaders, type Headers, MeshError } from "@dualmesh/core";

/** Fields that speak of one connection, which HTTP/2 has no place for (RFC 9113, section 8.2.2), and `host`. */
export const NOT_IN_HTTP2: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "host",
]);

/** Fields that node:http2 takes once. A proxy may join what came in several lines (RFC 9110, section 5.3). */
export const TAKEN_ONCE: ReadonlySet<string> = new Set(
  (
    "access-control-allow-credentials access-control-max-age access-control-request-method age authorization " +
    "content-encoding content-language content-length content-location content-md5 content-range content-type date dnt " +
    "etag expires from if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location " +
    "max-forwards proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent " +
    "x-content-type-options"
  ).split(" "),
);

/** Characters that no value has: controls but HTAB, DEL, and whatever is no byte (RFC 9113, section 8.2.1). */
export const NOT_IN_VALUES: RegExp = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Fields as node:http2 takes them, behind pseudo-fields; what belongs to a connection of HTTP/1 is left out.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for what is no field. node:http2 checks no values, and takes NUL for their end:
 * what stands behind it would be a field of its own.
 */
export function toH2Fields(headers: Headers, fields: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const value = flat[i + 1] as string;
    if (NOT_IN_HTTP2.has(name)) continue;
    if (name === "te") {
      if (value.toLowerCase() === "trailers") fields["te"] = "trailers";
      continue;
    }
    if (!isToken(name) || NOT_IN_VALUES.test(value)) {
      throw new MeshError("INVALID_ARGUMENT", `http/2 field ${JSON.stringify(name)}: it cannot be written`);
    }
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (before === undefined) {
      // Assigning to it would set the prototype.
      if (name === "__proto__") {
        Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
      } else fields[name] = value;
    } else if (TAKEN_ONCE.has(name)) fields[name] = `${String(before)}, ${value}`;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [String(before), value];
  }
  return fields;
}

/**
 * Bytes of a flat list from node:http2, as a peer is told to count them (RFC 9113, section 6.5.2). node:http2 holds to that
 * limit only peers that have acknowledged it, and none must.
 */
export function fieldBytes(raw: readonly string[]): number {
  let bytes = raw.length * (FIELD_OVERHEAD_BYTES / 2);
  for (const text of raw) bytes += text.length;
  return bytes;
}

/** What each field counts beside its name and value. */
const FIELD_OVERHEAD_BYTES = 32;

/** The fields of a flat list from node:http2, without pseudo-fields; crumbs of a cookie become one (RFC 9113, 8.2.3). */
export function fromH2Fields(raw: readonly string[]): Headers {
  const flat: string[] = [];
  let cookieAt = -1;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.charCodeAt(0) === COLON) continue;
    if (name !== "cookie") flat.push(name, value);
    else if (cookieAt >= 0) flat[cookieAt] += `; ${value}`;
    else {
      flat.push(name, value);
      cookieAt = flat.length - 1;
    }
  }
  return createHeaders(flat);
}

const COLON = 0x3a;

import type { OutgoingHttpHeaders } from "node:http2";
import { createHeaders, type Headers } from "@dualmesh/core";

/** Fields that speak of one connection, which HTTP/2 has no place for (RFC 9113, section 8.2.2), and `host`. */
const NOT_IN_HTTP2: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "host",
]);

/** Fields as node:http2 takes them, behind pseudo-fields; what belongs to a connection of HTTP/1 is left out. */
export function toH2Fields(headers: Headers, fields: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const value = flat[i + 1] as string;
    if (NOT_IN_HTTP2.has(name)) continue;
    if (name === "te" && value.toLowerCase() !== "trailers") continue;
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (before === undefined) {
      // Assigning to it would set the prototype.
      if (name === "__proto__") {
        Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
      } else fields[name] = value;
    } else if (Array.isArray(before)) before.push(value);
    else fields[name] = [String(before), value];
  }
  return fields;
}

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

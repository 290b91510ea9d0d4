import type { Framing, Http1ResponseHead } from "./head.ts";
import type { HeadScanner } from "./head-scanner.ts";
import { headersOf } from "./headers-of.ts";
import { knownFields } from "./known-fields.ts";
import { malformed, type ProtocolError } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** `HTTP/1.1 200`, and behind a space what people read: the bytes of a field's value. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/** What a status line says. */
export interface StatusLine {
  readonly status: number;
  readonly minor: 0 | 1;
}

/** Takes a status line apart (RFC 9112, section 4). */
export function parseStatusLine(line: string): StatusLine | ProtocolError {
  const found = STATUS_LINE.exec(line);
  if (found === null) return malformed("http/1 status line: it is none");
  return { status: Number(found[2]), minor: found[1] === "1" ? 1 : 0 };
}

/**
 * Makes the head of a response of what a scanner found.
 *
 * @param method Of the request that it answers: an answer to HEAD has no body, one to CONNECT is a tunnel.
 */
export function readResponseHead(
  scanner: HeadScanner,
  text: string,
  rules: Http1Rules,
  method: string,
): Http1ResponseHead | ProtocolError {
  const line = parseStatusLine(text.slice(0, scanner.startEnd));
  if ("code" in line) return line;
  const { status, minor } = line;
  const known = knownFields(text, scanner.fields, "response head", rules);
  if ("code" in known) return known;
  const { contentLength, close, keepAlive, upgrade, hasHopByHop, dropLength } = known;
  if (minor === 0 && known.framing === "chunked")
    return malformed("http/1 response head: chunks in HTTP/1.0");
  const headers = headersOf(scanner, text);
  if (dropLength) headers.delete("content-length");
  return {
    minor,
    status,
    headers,
    framing: framingOf(known.framing, contentLength, status, method),
    contentLength,
    keepAlive: minor === 1 ? !close : keepAlive && !close,
    hasHopByHop,
    upgrade,
  };
}

/** @see RFC 9112, section 6.3 */
function framingOf(framing: Framing, length: number | undefined, status: number, method: string): Framing {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return "none";
  // Behind the answer to CONNECT there are bytes of the tunnel, whatever the head says.
  if (method === "CONNECT" && status < 300) return "none";
  return framing === "none" && length === undefined ? "until-close" : framing;
}

import { isToken } from "./field-syntax.ts";
import type { Http1RequestHead } from "./head.ts";
import type { HeadScanner } from "./head-scanner.ts";
import { headersOf } from "./headers-of.ts";
import { knownFields } from "./known-fields.ts";
import { DEL, SPACE } from "./octets.ts";
import { malformed, type ProtocolError, unknownVersion } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** What a request line says. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minor: 0 | 1;
}

/** Takes a request line apart (RFC 9112, section 3). */
export function parseRequestLine(line: string, rules: Http1Rules): RequestLine | ProtocolError {
  const first = line.indexOf(" ");
  // The usual line; white space inside of its target is refused like any other character there.
  if (first > 0 && line.endsWith(USUAL_END) && line.length > first + 1 + USUAL_END.length) {
    const target = line.slice(first + 1, -USUAL_END.length);
    return isTarget(target)
      ? checkMethod(line.slice(0, first), target, 1, rules)
      : parseUnusualLine(line, rules);
  }
  return parseUnusualLine(line, rules);
}

const USUAL_END = " HTTP/1.1";

function parseUnusualLine(line: string, rules: Http1Rules): RequestLine | ProtocolError {
  const parts = rules.lenientLines ? lenientParts(line) : line.split(" ");
  const [method = "", target = "", version = ""] = parts;
  if (parts.length > 3) return malformed("http/1 request line: it has more than three parts");
  if (target === "") return malformed("http/1 request line: it has no target");
  if (!isTarget(target)) return malformed("http/1 request line: a character in its target");
  const known = checkMethod(method, target, version === "HTTP/1.0" ? 0 : 1, rules);
  if ("code" in known || version === "HTTP/1.1") return known;
  if (version !== "" && !/^HTTP\/\d\.\d$/.test(version)) {
    return malformed("http/1 request line: its version is none");
  }
  if (version === "HTTP/1.0" && rules.http10) return known;
  return unknownVersion(`http/1 request line: version "${version}", not HTTP/1.1`);
}

function checkMethod(
  method: string,
  target: string,
  minor: 0 | 1,
  rules: Http1Rules,
): RequestLine | ProtocolError {
  if (rules.methods === undefined) {
    if (!isToken(method)) return malformed("http/1 request line: its method is no token");
  } else if (!rules.methods.has(method)) return malformed("http/1 request line: nobody knows its method");
  return { method, target, minor };
}

function isTarget(target: string): boolean {
  for (let i = 0; i < target.length; i++) {
    const character = target.charCodeAt(i);
    if (character <= SPACE || character >= DEL) return false;
  }
  return true;
}

/** Makes the head of a request of what a scanner found. */
export function readRequestHead(
  scanner: HeadScanner,
  text: string,
  rules: Http1Rules,
): Http1RequestHead | ProtocolError {
  const line = parseRequestLine(text.slice(0, scanner.startEnd), rules);
  if ("code" in line) return line;
  const { method, target, minor } = line;
  const known = knownFields(text, scanner.fields, "request head", rules);
  if ("code" in known) return known;
  const { framing, contentLength, close, keepAlive, upgrade, hasHopByHop, host, expect, dropLength } = known;
  if (minor === 1 && host === undefined && rules.requireHost)
    return malformed("http/1 request head: it has no host");
  // Who speaks HTTP/1.0 knows no chunks: something before it has put the field there (RFC 9112, section 6.1).
  if (minor === 0 && framing === "chunked") return malformed("http/1 request head: chunks in HTTP/1.0");
  // What follows is a tunnel's, or a request if there comes no tunnel about: one of the two hops would be wrong.
  if (method === "CONNECT" && framing !== "none")
    return malformed("http/1 request head: CONNECT with a body");
  const headers = headersOf(scanner, text);
  if (dropLength) headers.delete("content-length");
  return {
    minor,
    method,
    target,
    headers,
    framing,
    contentLength,
    keepAlive: minor === 1 ? !close : keepAlive && !close,
    hasHopByHop,
    upgrade,
    host,
    expect,
  };
}

/** Any white space separates, and what stands at the end counts for nothing. */
function lenientParts(line: string): string[] {
  const all = line.split(/[ \t\r]+/);
  if (all.at(-1) === "") all.pop();
  return all;
}

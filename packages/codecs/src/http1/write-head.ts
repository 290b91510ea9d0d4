import { type Headers, MeshError } from "@dualmesh/core";
import { checkField, isToken, printable } from "./field-syntax.ts";
import { reasonPhrase } from "./reason-phrase.ts";
import { TextHeaders } from "./text-headers.ts";

/** What no target may have: white space, controls, DEL, and whatever is no byte. */
const NOT_IN_TARGETS = /[^\x21-\x7e\x80-\xff]/;

/**
 * The head of a request as text, one character per byte, ready to be written as Latin-1.
 *
 * @param host Stands in front, unless `headers` hold that very value already.
 * @param framing Further lines, each with CR LF: those of the connection and of the body's length.
 * @throws {MeshError} `INVALID_ARGUMENT` for what cannot stand in a head: it would be read as something else.
 */
export function writeRequestHead(
  method: string,
  target: string,
  host: string,
  headers: Headers,
  framing: string,
): string {
  if (!isToken(method))
    throw new MeshError("INVALID_ARGUMENT", `http/1 method "${printable(method)}" is no token`);
  if (target === "" || NOT_IN_TARGETS.test(target)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `http/1 target "${printable(target)}" cannot stand in a request line`,
    );
  }
  return `${method} ${target} HTTP/1.1\r\n${hostLine(host, headers)}${fieldLines(headers)}${framing}\r\n`;
}

/** The same for a response. */
export function writeResponseHead(status: number, headers: Headers, framing: string): string {
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${fieldLines(headers)}${framing}\r\n`;
}

/** Trailers behind the last chunk, and the end of the message. */
export function writeTrailers(trailers: Headers | undefined): string {
  return trailers === undefined ? "0\r\n\r\n" : `0\r\n${fieldLines(trailers)}\r\n`;
}

/** Fields as lines. */
export function fieldLines(headers: Headers): string {
  if (headers instanceof TextHeaders) return headers.lines();
  const flat = headers.flat();
  let lines = "";
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    const value = flat[i + 1] as string;
    checkField(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** One host in all (RFC 9112, section 3.2), whatever the fields say. */
function hostLine(host: string, headers: Headers): string {
  const hosts = headers.getAll("host");
  if (hosts.length === 1 && hosts[0] === host) return "";
  if (hosts.length > 0) headers.delete("host");
  checkField("host", host);
  return `host: ${host}\r\n`;
}

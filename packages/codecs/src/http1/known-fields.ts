import type { Framing } from "./head.ts";
import { CR, HTAB, isAuthority, SPACE } from "./octets.ts";
import { malformed, type ProtocolError, unknownCoding } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

const STRIDE = 4;

/** What the fields of a head say of the message, of its connection, and of whom it is for. */
export interface KnownFields {
  readonly framing: Framing;
  readonly contentLength: number | undefined;
  /** From `connection`: `close`, `keep-alive`, or neither. */
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly upgrade: string | undefined;
  readonly hasHopByHop: boolean;
  readonly host: string | undefined;
  readonly expect: "100-continue" | "unknown" | undefined;
  /** Whether `content-length` stands beside chunks, and must not pass on. */
  readonly dropLength: boolean;
}

/**
 * Looks the fields up that say how a message is framed and what becomes of its connection. One walk over the names'
 * lengths; the letters are compared only where a length fits.
 *
 * @see RFC 9112, sections 3.2, 6.1, 6.3 and 9.3
 */
export function knownFields(
  text: string,
  fields: readonly number[],
  subject: string,
  rules: Http1Rules,
): KnownFields | ProtocolError {
  let contentLength: number | undefined;
  let codings = 0;
  let chunked = false;
  let close = false;
  let keepAlive = false;
  let upgrade: string | undefined;
  let wantsUpgrade = false;
  let hasHopByHop = false;
  let host: string | undefined;
  let expect: KnownFields["expect"];

  for (let at = 0; at < fields.length; at += STRIDE) {
    const start = fields[at] as number;
    switch ((fields[at + 1] as number) - start) {
      case 2:
        if (isName(text, start, "te")) hasHopByHop = true;
        break;
      case 4:
        if (isName(text, start, "host")) {
          const value = fieldValue(text, fields, at);
          if (!isAuthority(value))
            return malformed(`http/1 ${subject}: its host has a character that no host may have`);
          if (host !== undefined && rules.severalHosts === "refuse") {
            return malformed(`http/1 ${subject}: more than one host`);
          }
          // What is empty adds nothing, not even a comma: as in Envoy.
          host = host && value !== "" ? `${host},${value}` : host || value;
        }
        break;
      case 6:
        if (isName(text, start, "expect")) {
          hasHopByHop = true;
          const isKnown = fieldValue(text, fields, at).toLowerCase() === "100-continue";
          expect = isKnown && expect !== "unknown" ? "100-continue" : "unknown";
        }
        break;
      case 7:
        if (isName(text, start, "upgrade")) {
          hasHopByHop = true;
          const value = fieldValue(text, fields, at);
          upgrade = upgrade === undefined ? value : `${upgrade}, ${value}`;
        }
        break;
      case 10:
        if (isName(text, start, "connection")) {
          hasHopByHop = true;
          const options = fieldValue(text, fields, at).toLowerCase();
          // What most heads say, if they say anything.
          if (options === "keep-alive") {
            keepAlive = true;
            break;
          }
          for (const token of options.split(",")) {
            const option = token.trim();
            if (option === "close") close = true;
            else if (option === "keep-alive") keepAlive = true;
            else if (option === "upgrade") wantsUpgrade = true;
          }
        } else if (isName(text, start, "keep-alive")) hasHopByHop = true;
        break;
      case 14:
        if (isName(text, start, "content-length")) {
          const value = fieldValue(text, fields, at);
          // Equal ones are refused too: a list is what one hop reads as one and the next as two.
          if (contentLength !== undefined)
            return malformed(`http/1 ${subject}: more than one content-length`);
          contentLength = parseLength(value);
          if (contentLength < 0 || !endsCleanly(text, fields, at, rules))
            return malformed(`http/1 ${subject}: content-length is no number of bytes`);
        }
        break;
      case 16:
        if (isName(text, start, "proxy-connection")) hasHopByHop = true;
        break;
      case 17:
        if (isName(text, start, "transfer-encoding")) {
          hasHopByHop = true;
          codings++;
          if (!endsCleanly(text, fields, at, rules))
            return malformed(`http/1 ${subject}: a tab behind its transfer-encoding`);
          chunked = fieldValue(text, fields, at).toLowerCase() === "chunked";
        }
        break;
      default:
    }
  }

  let framing: Framing = contentLength === undefined || contentLength === 0 ? "none" : "length";
  let dropLength = false;
  if (codings > 0) {
    // What another coding has made of the body could not be undone here, and not be framed anew.
    if (codings > 1 || !chunked)
      return unknownCoding(`http/1 ${subject}: a transfer coding other than chunked`);
    if (contentLength !== undefined) {
      if (rules.lengthBesideChunked === "refuse") {
        return malformed(`http/1 ${subject}: content-length beside transfer-encoding`);
      }
      contentLength = undefined;
      dropLength = true;
    }
    framing = "chunked";
  }
  if (!wantsUpgrade) upgrade = undefined;
  return { framing, contentLength, close, keepAlive, upgrade, hasHopByHop, host, expect, dropLength };
}

/**
 * Whether nothing but spaces stands behind a value. A tab is white space too (RFC 9110, section 5.6.3), yet there are parsers
 * to whom `chunked` with a tab is another coding: llhttp reads such a response to the end of its connection.
 */
function endsCleanly(text: string, fields: readonly number[], at: number, rules: Http1Rules): boolean {
  return rules.lenientLines || !text.startsWith("\t", skipSpaces(text, fields[at + 3] as number));
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

/** Fields of a head whose lines must be written anew: folds become one space, and CRs inside go (RFC 9112, 5.2). */
export function flatFields(text: string, fields: readonly number[]): string[] {
  const flat: string[] = [];
  for (let at = 0; at < fields.length; at += STRIDE) {
    const value = fieldValue(text, fields, at);
    flat.push(
      text.slice(fields[at], fields[at + 1]),
      value.includes("\r") ? trimBlanks(value.replaceAll("\r", "")) : value,
    );
  }
  return flat;
}

/**
 * A value with its folds joined. A CR inside stays: no length, coding or host has one, and a hop that drops it would read
 * another message than one that takes it for the end of the line.
 */
function fieldValue(text: string, fields: readonly number[], at: number): string {
  const value = text.slice(fields[at + 2], fields[at + 3]);
  if (!value.includes("\n")) return value;
  return value
    .split("\n")
    .map(trimBlanks)
    .filter((line) => line !== "")
    .join(" ");
}

/** Without SP, HTAB and CR at both ends. `trim()` would take bytes of the value with it: 0xa0 for one. */
function trimBlanks(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(character: number): boolean {
  return character === SPACE || character === HTAB || character === CR;
}

/** Whether a name of the right length is that one. Of two tokens, only letters differ by the bit of their case. */
function isName(text: string, start: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    if ((text.charCodeAt(start + i) | CASE) !== lower.charCodeAt(i)) return false;
  }
  return true;
}

const CASE = 0x20;

/** Digits alone, up to 2^53 - 1; -1 for anything else (RFC 9110, section 8.6). */
function parseLength(value: string): number {
  if (value === "" || value.length > 16) return -1;
  let length = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length <= Number.MAX_SAFE_INTEGER ? length : -1;
}

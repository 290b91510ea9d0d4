import { isTls } from "./tls.ts";

/** What a connection says before anybody has answered. */
export type FirstWords =
  /** A client of TLS. `serverName`: whom it asks for, in lower case; empty if it does not say. */
  | { readonly kind: "tls"; readonly serverName: string }
  /** Somebody who speaks something else. */
  | { readonly kind: "other" }
  /** Too few bytes so far: ask again when there are more. */
  | { readonly kind: "more" }
  /** It begins like TLS, and is none. */
  | { readonly kind: "malformed" };

/** Of a record, in clear text (RFC 8446, section 5.1); and of a hello: one with keys against quantum computers has 2 KiB. */
const MAX_RECORD_BYTES = 16_384;
const MAX_HELLO_BYTES = 16_384;

/** A client that sends a hello byte by byte has it read as often: what is read then must be little. */
const MAX_RECORDS = 64;

const RECORD_HEADER_BYTES = 5;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;

const OTHER: FirstWords = Object.freeze({ kind: "other" });
const MORE: FirstWords = Object.freeze({ kind: "more" });
const MALFORMED: FirstWords = Object.freeze({ kind: "malformed" });

/**
 * Reads the server name out of a ClientHello, for whoever chooses by it before the handshake.
 *
 * ```text
 * record      type 22 | version 2 | length 2 | a piece of the handshake, one or several of them
 * handshake   type 1 | length 3 | version 2 | random 32 | session 1+n | ciphers 2+n | compressions 1+n | extensions 2+n
 * extension   type 2 | length 2 | server name (type 0): list 2 | type 1 | length 2 | name
 * ```
 * @param bytes All that has come so far.
 * @see RFC 8446, sections 4.1.2 and 5.1; RFC 6066, section 3
 */
export function readFirstWords(bytes: Uint8Array): FirstWords {
  const first = isTls(bytes);
  if (first !== "yes") return first === "no" ? OTHER : MORE;
  const handshake = joinRecords(bytes);
  if (handshake === undefined) return MALFORMED;
  if (handshake.length < 4) return MORE;
  const length = uint(handshake, 1, 3);
  if (handshake[0] !== CLIENT_HELLO || length > MAX_HELLO_BYTES) return MALFORMED;
  if (handshake.length < 4 + length) return MORE;
  const name = serverNameOf(handshake.subarray(4, 4 + length));
  return name === undefined ? MALFORMED : { kind: "tls", serverName: name };
}

/** What the records so far hold of the handshake; `undefined` for what is no record, or one too many. */
function joinRecords(bytes: Uint8Array): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at + RECORD_HEADER_BYTES <= bytes.length && total < MAX_HELLO_BYTES + 4; ) {
    const length = uint(bytes, at + 3, 2);
    if (pieces.length === MAX_RECORDS) return undefined;
    if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 3 || length === 0 || length > MAX_RECORD_BYTES)
      return undefined;
    const piece = bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    pieces.push(piece);
    total += piece.length;
    at += RECORD_HEADER_BYTES + length;
  }
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}

/** Empty if the hello names nobody; `undefined` if its parts do not fit into each other. */
function serverNameOf(hello: Uint8Array): string | undefined {
  // Version and random, then three lists with their lengths in front.
  let at = 2 + 32;
  for (const size of [1, 2, 1]) {
    if (at + size > hello.length) return undefined;
    at += size + uint(hello, at, size);
  }
  // Before TLS 1.2 a hello may end here.
  if (at === hello.length) return "";
  if (at + 2 > hello.length || at + 2 + uint(hello, at, 2) !== hello.length) return undefined;
  for (at += 2; at < hello.length; ) {
    if (at + 4 > hello.length) return undefined;
    const [type, length] = [uint(hello, at, 2), uint(hello, at + 2, 2)];
    const end = at + 4 + length;
    if (end > hello.length) return undefined;
    if (type === SERVER_NAME) return hostNameOf(hello.subarray(at + 4, end));
    at = end;
  }
  return "";
}

/** A list of one: nobody has ever defined another type of name, and two of one type may not be. */
function hostNameOf(extension: Uint8Array): string | undefined {
  if (extension.length < 5 || uint(extension, 0, 2) !== extension.length - 2) return undefined;
  const length = uint(extension, 3, 2);
  if (extension[2] !== HOST_NAME || length === 0 || 5 + length !== extension.length) return undefined;
  return Buffer.from(extension.subarray(5)).toString("latin1").toLowerCase();
}

function uint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number);
  return value;
}

import { beginsWith, type FirstBytes } from "./first-bytes.ts";

/** What a client of HTTP/2 sends first (RFC 9113, section 3.4): 24 bytes. */
export const isHttp2: FirstBytes = beginsWith(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1"));

const SPACE = 0x20;

/** Letters of a method: `GET` has 3, `PROPFIND` 8. Longer ones, and those of other characters, are not guessed at. */
const MIN_LETTERS = 3;
const MAX_LETTERS = 8;

/**
 * A method of 3 to 8 capital letters and a space.
 *
 * The preface of HTTP/2 begins alike, so that where both are allowed the bytes decide only when they differ from it. An
 * empty line in front, which a server may ignore, is no beginning here: its first byte is the one of TR.
 */
export const isHttp1: FirstBytes = (bytes) => {
  for (let i = 0; i <= MAX_LETTERS; i++) {
    const byte = bytes[i];
    if (byte === undefined) return "more";
    if (byte === SPACE) return i >= MIN_LETTERS ? "yes" : "no";
    if (byte < 0x41 || byte > 0x5a) return "no";
  }
  return "no";
};

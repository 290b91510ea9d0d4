import { describe, expect, test } from "vitest";
import { ChunkedDecoder, ENVOY, type Http1Rules, STRICT } from "../../src/http1/index.ts";

/** The body, or `error`, or `… body` while it is not over; and what stands behind the last chunk. */
function decode(text: string, rules: Http1Rules): string {
  const decoder = new ChunkedDecoder(rules);
  const bytes = Buffer.from(text, "latin1");
  let body = "";
  const end = decoder.read(bytes, 0, bytes.length, (from, to) => {
    body += bytes.toString("latin1", from, to);
  });
  if (end < 0) return "error";
  return decoder.done ? `${body}|${bytes.toString("latin1", end)}` : `…${body}`;
}

const EXTENSION = (length: number): string => `3;${"x".repeat(length)}\r\nabc\r\n0\r\n`;

const CASES: readonly [what: string, bytes: string, strict: string, envoy: string][] = [
  ["one chunk", "3\r\nabc\r\n0\r\nrest", "abc|rest", "abc|rest"],
  ["several", "1\r\na\r\n2\r\nbc\r\n0\r\n", "abc|", "abc|"],
  ["none", "0\r\nrest", "|rest", "|rest"],
  [
    "hexadecimal sizes in both cases",
    "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n",
    "01234567890123456789|",
    "01234567890123456789|",
  ],
  ["zeros in front", "0003\r\nabc\r\n000\r\n", "abc|", "abc|"],
  ["13 digits", "0000000000003\r\nabc\r\n0\r\n", "abc|", "abc|"],
  ["14 digits", "00000000000003\r\nabc\r\n0\r\n", "error", "error"],
  ["a size that would wrap in 32 bits", "100000003\r\nabc\r\n0\r\n", "…abc\r\n0\r\n", "…abc\r\n0\r\n"],
  ["a size that would wrap in 64 bits", "10000000000000003\r\nabc\r\n0\r\n", "error", "error"],
  ["the largest size", "fffffffffffff\r\nabc", "…abc", "…abc"],
  ["data that look like an end", "5\r\n0\r\n\r\n\r\n0\r\n", "0\r\n\r\n|", "0\r\n\r\n|"],
  ["no size", "\r\n", "error", "error"],
  ["no size, but an extension", ";a\r\n0\r\n", "error", "error"],
  ["a sign", "+3\r\nabc\r\n0\r\n", "error", "error"],
  ["a negative size", "-3\r\nabc\r\n0\r\n", "error", "error"],
  ["a prefix", "0x3\r\nabc\r\n0\r\n", "error", "error"],
  ["an underscore", "0_3\r\nabc\r\n0\r\n", "error", "error"],
  ["a letter behind F", "g\r\n", "error", "error"],
  ["a byte from 128 on", "3\xb3\r\nabc\r\n0\r\n", "error", "error"],
  ["a space in front", " 3\r\nabc\r\n0\r\n", "error", "error"],
  ["a space behind the size", "3 \r\nabc\r\n0\r\n", "error", "abc|"],
  ["a tab behind the size", "3\t\r\nabc\r\n0 \r\n", "error", "abc|"],
  ["a space and another digit", "3 4\r\nabc\r\n0\r\n", "error", "abc|"],
  ["a comma", "3,4\r\nabc\r\n0\r\n", "error", "error"],
  ["NUL behind the size", "3\0\r\nabc\r\n0\r\n", "error", "error"],
  ["an extension", '3;a=b;c="d e"\r\nabc\r\n0;x\r\n', "abc|", "abc|"],
  ["several extensions", '3;a;b=c;d="e";f\r\nabc\r\n0\r\n', "abc|", "abc|"],
  ["a quote inside of quotes", '3;a="\\"\\\\;"\r\nabc\r\n0\r\n', "abc|", "abc|"],
  ["an empty extension", "3;\r\nabc\r\n0\r\n", "error", "abc|"],
  ["an extension without value", "3;a=\r\nabc\r\n0\r\n", "error", "abc|"],
  ["an extension without name", "3;=a\r\nabc\r\n0\r\n", "error", "abc|"],
  ["an extension with a space", "3;a b\r\nabc\r\n0\r\n", "error", "abc|"],
  ["an extension with two values", "3;a=b=c\r\nabc\r\n0\r\n", "error", "abc|"],
  ["quotes that are not closed", '3;a="b\r\nabc\r\n0\r\n', "error", "abc|"],
  ["something behind quotes", '3;a="b"c\r\nabc\r\n0\r\n', "error", "abc|"],
  ["a bare LF behind the size", "3\nabc\r\n0\r\n", "error", "error"],
  ["a bare LF in an extension", "3;a\nabc\r\n0\r\n", "error", "error"],
  ["a bare CR in an extension", "3;a\rb\r\nabc\r\n0\r\n", "error", "error"],
  ["a bare CR behind the size", "3\rabc\r\n0\r\n", "error", "error"],
  ["two CRs behind the size", "3\r\r\nabc\r\n0\r\n", "error", "error"],
  ["NUL in an extension", "3;\0\r\nabc\r\n0\r\n", "error", "error"],
  ["an extension of 4096 bytes", EXTENSION(4096), "abc|", "abc|"],
  ["an extension of 4097 bytes", EXTENSION(4097), "error", "error"],
  ["no end of the line behind the data", "3\r\nabc0\r\n", "error", "…abc"],
  ["more data than the size", "3\r\nabcdef\r\n0\r\n", "error", "abc|"],
  ["less data than the size", "5\r\nabc\r\n0\r\n", "error", "…abc\r\n"],
  ["a bare LF behind the data", "3\r\nabc\n0\r\n", "error", "error"],
  ["a bare CR behind the data", "3\r\nabc\r0\r\n", "error", "error"],
  ["4096 bytes behind the data", `3\r\nabc${"x".repeat(4096)}\r\n0\r\n`, "error", "abc|"],
  ["4097 bytes behind the data", `3\r\nabc${"x".repeat(4097)}\r\n0\r\n`, "error", "error"],
];

describe("chunks", () => {
  test.each(CASES)("by strict rules: %s", (_, bytes, strict) => {
    expect(decode(bytes, STRICT)).toBe(strict);
  });

  test.each(CASES)("by Envoy's rules: %s", (_, bytes, __, envoy) => {
    expect(decode(bytes, ENVOY)).toBe(envoy);
  });
});

test("a decoder of chunks begins anew with the next body, whatever became of the one before", () => {
  const decoder = new ChunkedDecoder(STRICT);
  expect(decoder.read(Buffer.from("3;xx\r\nabz"), 0, 9, () => {})).toBe(9);
  expect(decoder.read(Buffer.from("zz"), 0, 2, () => {})).toBe(-1);
  expect(decoder.error?.message).toBe("http/1 chunk: it is longer than its size");
  decoder.reset();
  expect(decoder.error).toBeUndefined();
  expect(decoder.read(Buffer.from("0\r\n"), 0, 3, () => {})).toBe(3);
  expect(decoder.done).toBe(true);
});

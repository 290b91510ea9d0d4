import { describe, expect, test } from "vitest";
import { ENVOY, FAILED, HeadScanner, type Http1Rules, INCOMPLETE, STRICT } from "../../src/http1/index.ts";
import { cut, readRequests, verdict } from "./read-messages.ts";

const RULES: Http1Rules = { ...STRICT, maxHeadBytes: 100, maxFields: 3 };

/** A head of so many bytes, its empty line included. */
function headOf(bytes: number): string {
  const head = "GET / HTTP/1.1\r\nhost: a\r\nx: ";
  return `${head}${"y".repeat(bytes - head.length - 4)}\r\n\r\n`;
}

/** The same in pieces of one byte. */
const byteByByte = (text: string): Buffer[] =>
  cut(
    Buffer.from(text, "latin1"),
    Array.from(text, (_, i) => i),
  );

describe("bytes of a head", () => {
  test.each([
    [100, undefined],
    [101, 431],
  ])("%i of 100: %s", (bytes, status) => {
    expect(readRequests(headOf(bytes), RULES).error?.status).toBe(status);
    expect(readRequests(byteByByte(headOf(bytes)), RULES).error?.status).toBe(status);
  });

  test("one that does not end is refused with the byte that is too many, and not before", () => {
    const endless = headOf(200);
    expect(readRequests(endless.slice(0, 100), RULES).error).toBeUndefined();
    expect(readRequests(endless.slice(0, 101), RULES).error).toEqual({
      code: "RESOURCE_EXHAUSTED",
      status: 431,
      message: "http/1 request head: it has more than 100 bytes",
    });
  });

  test("so is a start line without end, and a run of blanks before a value", () => {
    expect(verdict("G".repeat(101), RULES)).toBe(431);
    expect(verdict(`GET / HTTP/1.1\r\nhost:${" ".repeat(100)}`, RULES)).toBe(431);
  });

  test("what stands beyond the limit is not judged: the limit is what was broken first", () => {
    expect(verdict(`GET / HTTP/1.1\r\nx: ${"y".repeat(100)}\0`, RULES)).toBe(431);
    expect(verdict(`GET / HTTP/1.1\r\nx: \0${"y".repeat(100)}`, RULES)).toBe(400);
  });

  test("bytes of a body, and of heads that follow, do not count", () => {
    const all = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n${"b".repeat(500)}${headOf(100)}`;
    const { messages, error } = readRequests(all, RULES);
    expect([messages.length, error]).toEqual([2, undefined]);
  });
});

describe("fields of a head", () => {
  const withFields = (count: number): string =>
    `GET / HTTP/1.1\r\nhost: a\r\n${"x: 1\r\n".repeat(count - 1)}\r\n`;

  test.each([
    [3, undefined],
    [4, 431],
  ])("%i of 3: %s", (count, status) => {
    expect(readRequests(withFields(count), RULES).error?.status).toBe(status);
    expect(readRequests(byteByByte(withFields(count)), RULES).error?.status).toBe(status);
  });

  test("by default there may be 100, in 61,440 bytes", () => {
    expect(readRequests(withFields(100)).error).toBeUndefined();
    expect(readRequests(withFields(101)).error?.message).toBe("http/1 request head: more than 100 fields");
    expect(readRequests(headOf(61_440)).error).toBeUndefined();
    expect(readRequests(headOf(61_441)).error?.status).toBe(431);
  });
});

describe("trailers have the same limits", () => {
  const withTrailers = (trailers: string): string =>
    `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${trailers}\r\n`;

  test.each([
    [`x: ${"y".repeat(93)}\r\n`, undefined],
    [`x: ${"y".repeat(94)}\r\n`, 431],
    ["x: 1\r\n".repeat(3), undefined],
    ["x: 1\r\n".repeat(4), 431],
  ])("%j: %s", (trailers, status) => {
    expect(readRequests(withTrailers(trailers), RULES).error?.status).toBe(status);
    expect(readRequests(byteByByte(withTrailers(trailers)), RULES).error?.status).toBe(status);
  });
});

describe("what a head costs", () => {
  /** Counts how often a byte is looked at, for it is what a walk is made of. */
  function looks(head: Buffer, pieceBytes: number): number {
    let count = 0;
    const watched = new Proxy(head, {
      get(bytes, key) {
        count++;
        return Reflect.get(bytes, key, bytes) as unknown;
      },
    });
    const scanner = new HeadScanner(ENVOY, "head", true);
    let found = INCOMPLETE;
    for (let to = pieceBytes; found === INCOMPLETE; to += pieceBytes) {
      found = scanner.scan(watched, 0, Math.min(to, head.length));
    }
    expect(found).toBe(head.length);
    return count;
  }

  test.each([
    ["one long line", headOf(60_000)],
    ["a long start line", `GET /${"x".repeat(59_000)} HTTP/1.1\r\nhost: a\r\n\r\n`],
    ["blanks", `GET / HTTP/1.1\r\nhost: a\r\nx:${" ".repeat(59_000)}1\r\n\r\n`],
    ["folds", `GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\n${" \r\n".repeat(19_000)}\r\n`],
    ["CRs in a value", `GET / HTTP/1.1\r\nhost: a\r\nx: 1${"\r".repeat(50_000)}2\r\n\r\n`],
  ])("byte by byte it costs a few looks at each byte, as it does whole: %s", (_, text) => {
    const head = Buffer.from(text, "latin1");
    const whole = looks(head, head.length);
    expect(whole).toBeLessThan(head.length * 5);
    expect(looks(head, 1)).toBeLessThan(whole + head.length * 4);
  });

  test("a walk that failed has said why", () => {
    const scanner = new HeadScanner(STRICT, "request head", true);
    expect(scanner.scan(Buffer.from("GET / HTTP/1.1\r\na: 1\r\nb\0"), 0, 25)).toBe(FAILED);
    expect(scanner.error?.message).toBe("http/1 request head, field 2: byte 0x00 in a name");
  });

  test("joining folds takes no longer than reading them: blanks are looked at once", () => {
    // A regular expression that looks for blanks before a fold needs a second for this one.
    const blanks = `GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\n 2${" ".repeat(60_000)}3\r\n\r\n`;
    const started = performance.now();
    const { messages } = readRequests(blanks, ENVOY);
    expect(messages[0]?.fields[3]).toHaveLength(60_004);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

import { createHeaders, type Headers } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import {
  ENVOY,
  fieldLines,
  reasonPhrase,
  writeRequestHead,
  writeResponseHead,
  writeTrailers,
} from "../../src/http1/index.ts";
import { readRequests } from "./read-messages.ts";

describe("a request head", () => {
  const write = (headers: Headers, host = "a"): string =>
    writeRequestHead("GET", "/x", host, headers, "content-length: 0\r\n");

  test("is one text: request line, host, fields, and the lines of its framing", () => {
    expect(write(createHeaders(["X-A", "1", "x-a", "\xe9"]))).toBe(
      "GET /x HTTP/1.1\r\nhost: a\r\nX-A: 1\r\nx-a: \xe9\r\ncontent-length: 0\r\n\r\n",
    );
  });

  test.each([
    ["none", ["x", "1"], "host: a\r\nx: 1\r\n"],
    ["the same", ["x", "1", "Host", "a"], "x: 1\r\nHost: a\r\n"],
    ["another", ["Host", "b", "x", "1"], "host: a\r\nx: 1\r\n"],
    ["two that are equal", ["host", "a", "Host", "a"], "host: a\r\n"],
  ])("has one host in all, whatever the fields say: %s", (_, flat, lines) => {
    expect(write(createHeaders(flat))).toBe(`GET /x HTTP/1.1\r\n${lines}content-length: 0\r\n\r\n`);
  });

  test("has an empty host where there is no authority", () => {
    expect(write(createHeaders(), "")).toContain("\r\nhost: \r\n");
  });

  test("has the lines of the head that came, if nobody changed them", () => {
    const { messages } = readRequests("GET / HTTP/1.1\r\nHOST:a\r\nX:  1 \r\n\r\n");
    const headers = messages[0]?.head.headers as Headers;
    expect(write(headers)).toBe("GET /x HTTP/1.1\r\nHOST:a\r\nX:  1 \r\ncontent-length: 0\r\n\r\n");
  });

  test("has none of the lines that are no clean ones: folds, CRs and bare LFs end here", () => {
    const { messages } = readRequests("GET / HTTP/1.1\nhost: a\r\nx: 1\r\n 2\r\ny: 3\r4\r\r\n\n", ENVOY);
    const headers = messages[0]?.head.headers as Headers;
    expect(fieldLines(headers)).toBe("host: a\r\nx: 1 2\r\ny: 34\r\n");
  });
});

describe("what would be read as something else is not written", () => {
  test.each([
    ["an empty method", "", "/", "a"],
    ["a method with a space", "GET /evil HTTP/1.1\r\n\r\nGET", "/", "a"],
    ["a method with a separator", "GET:", "/", "a"],
    ["an empty target", "GET", "", "a"],
    ["a target with a space", "GET", "/ HTTP/1.1", "a"],
    ["a target with a line end", "GET", "/\r\nevil: 1", "a"],
    ["a target with NUL", "GET", "/\0", "a"],
    ["a target with DEL", "GET", "/\x7f", "a"],
    ["a target with a character that is no byte", "GET", "/\u010a", "a"],
    ["a host with a line end", "GET", "/", "a\r\nevil: 1"],
    ["a host with a character that is no byte", "GET", "/", "\u010d\u010a"],
  ])("%s", (_, method, target, host) => {
    expect(() => writeRequestHead(method, target, host, createHeaders(), "")).toThrow(
      /^\[INVALID_ARGUMENT\] http\/1 /,
    );
  });

  test.each([
    ["x", "a\r\nevil: 1"],
    ["x", "\u010d\u010aevil: 1"],
    ["x\r\nevil", "1"],
    ["x:", "1"],
    ["", "1"],
  ])("a field %j: %j", (name, value) => {
    const headers = createHeaders([name, value]);
    expect(() => fieldLines(headers)).toThrow(/^\[INVALID_ARGUMENT\] http\/1 field/);
    expect(() => writeResponseHead(200, headers, "")).toThrow(/^\[INVALID_ARGUMENT\]/);
    expect(() => writeTrailers(headers)).toThrow(/^\[INVALID_ARGUMENT\]/);
  });

  test("what it says of a field can be printed", () => {
    expect(() => fieldLines(createHeaders(["x", `\x1b[2J${"y".repeat(100)}`]))).toThrow(
      `its value has a character that no value may have: "\\u{1b}[2J${"y".repeat(31)}…"`,
    );
  });
});

test("a response head has the reason that people know", () => {
  expect(writeResponseHead(404, createHeaders(["x", "1"]), "content-length: 0\r\n")).toBe(
    "HTTP/1.1 404 Not Found\r\nx: 1\r\ncontent-length: 0\r\n\r\n",
  );
  expect(reasonPhrase(599)).toMatch(/^[ -~]*$/);
});

test("trailers end a body, with or without fields", () => {
  expect(writeTrailers(undefined)).toBe("0\r\n\r\n");
  expect(writeTrailers(createHeaders(["x", "1"]))).toBe("0\r\nx: 1\r\n\r\n");
});

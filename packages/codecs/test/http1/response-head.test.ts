import { expect, test } from "vitest";
import { readResponses } from "./read-messages.ts";

test.each([
  ["HTTP/1.1 200 OK", 200],
  ["HTTP/1.1 200 ", 200],
  ["HTTP/1.1 200", 200],
  ["HTTP/1.1 200 \xe9t\xe9 and\tmore", 200],
  ["HTTP/1.0 404 Not Found", 404],
  ["HTTP/1.1 599 x", 599],
  ["HTTP/1.1 999 x", 999],
])("%j is a status line", (line, status) => {
  const { messages, error } = readResponses(`${line}\r\ncontent-length: 0\r\n\r\n`);
  expect([error, messages[0]?.head.status]).toEqual([undefined, status]);
});

test.each([
  "HTTP/1.1 20 OK",
  "HTTP/1.1 2000 OK",
  "HTTP/1.1 099 OK",
  "HTTP/1.1 2x0 OK",
  "HTTP/1.1  200 OK",
  "HTTP/1.1\t200 OK",
  "HTTP/1.1 200\tOK",
  "HTTP/1.1 200OK",
  "HTTP/2.0 200 OK",
  "HTTP/1.2 200 OK",
  "http/1.1 200 OK",
  "HTTP/1.1 200 O\0K",
  "HTTP/1.1 200 O\rK",
  "HTTP/1.1 200 OK\r",
  "200 OK",
])("%j is none", (line) => {
  const { messages, error } = readResponses(`${line}\r\ncontent-length: 0\r\n\r\n`);
  expect([messages.length, error?.code]).toEqual([0, "INVALID_ARGUMENT"]);
});

/** RFC 9112, section 6.3, in its order. `rest` is what stands behind the head. */
test.each([
  ["an answer to HEAD", "HEAD", "200 OK", "content-length: 5\r\n", "", "none"],
  ["an answer to HEAD in chunks", "HEAD", "200 OK", "transfer-encoding: chunked\r\n", "", "none"],
  ["1xx", "GET", "103 Early Hints", "content-length: 5\r\n", "", "none"],
  ["204", "GET", "204 No Content", "content-length: 5\r\n", "", "none"],
  ["304", "GET", "304 Not Modified", "content-length: 5\r\n", "", "none"],
  ["a tunnel", "CONNECT", "200 OK", "content-length: 5\r\n", "", "none"],
  ["a tunnel that was refused", "CONNECT", "403 Forbidden", "content-length: 2\r\n", "no", "length"],
  ["chunks", "GET", "200 OK", "transfer-encoding: chunked\r\n", "2\r\nok\r\n0\r\n\r\n", "chunked"],
  ["a length", "GET", "200 OK", "content-length: 2\r\n", "ok", "length"],
  ["a length of 0", "GET", "200 OK", "content-length: 0\r\n", "", "none"],
  ["nothing that says where it ends", "GET", "200 OK", "", "all of it", "until-close"],
])("where the body of a response ends: %s", (_, method, status, fields, rest, framing) => {
  const bytes = `HTTP/1.1 ${status}\r\n${fields}\r\n${rest}`;
  const { messages, error } = readResponses(bytes, method);
  expect(error).toBeUndefined();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ head: { framing }, end: bytes.length });
});

test.each([
  ["another coding", "transfer-encoding: gzip\r\n", "UNIMPLEMENTED"],
  ["a coding behind chunked", "transfer-encoding: chunked, gzip\r\n", "UNIMPLEMENTED"],
  ["a length beside chunks", "content-length: 2\r\ntransfer-encoding: chunked\r\n", "INVALID_ARGUMENT"],
  ["two lengths", "content-length: 2\r\ncontent-length: 2\r\n", "INVALID_ARGUMENT"],
])("a response with %s is refused: its end would be a guess", (_, fields, code) => {
  expect(readResponses(`HTTP/1.1 200 OK\r\n${fields}\r\nok`).error?.code).toBe(code);
});

test("chunks in HTTP/1.0 are refused", () => {
  const { error } = readResponses("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
  expect(error?.status).toBe(400);
});

test.each([
  ["1.1", "", true],
  ["1.1", "connection: close\r\n", false],
  ["1.0", "", false],
  ["1.0", "connection: keep-alive\r\n", true],
])("HTTP/%s with %j: kept %s", (version, field, keepAlive) => {
  const { messages } = readResponses(`HTTP/${version} 200 OK\r\n${field}content-length: 0\r\n\r\n`);
  expect(messages[0]?.head.keepAlive).toBe(keepAlive);
});

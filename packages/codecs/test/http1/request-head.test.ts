import { describe, expect, test } from "vitest";
import { ENVOY, parseTarget, STRICT } from "../../src/http1/index.ts";
import { readRequests, verdict } from "./read-messages.ts";

const HOST = "host: a\r\n";

/** What each set of rules makes of a head: a status that refuses it, or what it says. */
const HEADS: readonly [what: string, head: string, strict: number | string, envoy: number | string][] = [
  ["a plain one", `GET /x HTTP/1.1\r\n${HOST}\r\n`, "GET /x host=a", "GET /x host=a"],
  ["no fields but an empty host", "GET /x HTTP/1.1\r\nhost:\r\n\r\n", "GET /x host=", "GET /x host="],
  ["blanks around a value", "GET / HTTP/1.1\r\nhost: \t a \t \r\n\r\n", "GET / host=a", "GET / host=a"],
  [
    "bytes from 128 on in a value",
    `GET / HTTP/1.1\r\n${HOST}x: \xa0\xe9\xff\r\n\r\n`,
    "GET / host=a x=\xa0\xe9\xff",
    "GET / host=a x=\xa0\xe9\xff",
  ],
  ["empty lines before it", `\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`, "GET / host=a", "GET / host=a"],
  ["a bare LF before it", `\nGET / HTTP/1.1\r\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a bare CR before it", `\rGET / HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["a space before it", ` GET / HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["TLS", "\x16\x03\x01\x02\x00\x01", 400, 400],
  ["nothing but a first byte", "G", "waits", "waits"],

  ["a method that nobody knows", `FROB / HTTP/1.1\r\n${HOST}\r\n`, "FROB / host=a", 400],
  ["a method in small letters", `get / HTTP/1.1\r\n${HOST}\r\n`, "get / host=a", 400],
  ["a method that is no token", `G@T / HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["two spaces behind the method", `GET  / HTTP/1.1\r\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a tab behind the method", `GET\t/ HTTP/1.1\r\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a CR behind the target", `GET /\rHTTP/1.1\r\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a space behind the version", `GET / HTTP/1.1 \r\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a vertical tab behind the version", `GET / HTTP/1.1\v\r\n${HOST}\r\n`, 400, 400],
  ["byte 0xa0 behind the version", `GET / HTTP/1.1\xa0\r\n${HOST}\r\n`, 400, 400],
  ["four parts", `GET / x HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["no target", `GET  HTTP/1.1\r\n${HOST}\r\n`, 400, 426],
  ["NUL in the target", `GET /\0 HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["DEL in the target", `GET /\x7f HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  ["byte 0xe9 in the target", `GET /\xe9 HTTP/1.1\r\n${HOST}\r\n`, 400, 400],
  [
    "what no target should have and many do",
    `GET /"<>\\^\`{|}# HTTP/1.1\r\n${HOST}\r\n`,
    'GET /"<>\\^`{|}# host=a',
    'GET /"<>\\^`{|}# host=a',
  ],

  ["no version", "GET /\r\n\r\n", 426, 426],
  ["HTTP/0.9", `GET / HTTP/0.9\r\n${HOST}\r\n`, 426, 426],
  ["HTTP/1.0", `GET / HTTP/1.0\r\n${HOST}\r\n`, "GET / host=a", 426],
  ["HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", "GET /", 426],
  ["HTTP/1.2", `GET / HTTP/1.2\r\n${HOST}\r\n`, 426, 426],
  ["HTTP/2.0", "PRI * HTTP/2.0\r\n\r\n", 426, 400],
  ["HTTP/1.10", `GET / HTTP/1.10\r\n${HOST}\r\n`, 400, 400],
  ["http/1.1", `GET / http/1.1\r\n${HOST}\r\n`, 400, 400],
  ["a line of another protocol", "SSH-2.0-OpenSSH_9.6\r\n", 400, 400],

  ["no host", "GET / HTTP/1.1\r\n\r\n", 400, "GET /"],
  ["two hosts", "GET / HTTP/1.1\r\nhost: a\r\nHost: b\r\n\r\n", 400, "GET / host=a Host=b"],
  ["two equal hosts", "GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n", 400, "GET / host=a Host=a"],
  ["a host with a space", "GET / HTTP/1.1\r\nhost: a b\r\n\r\n", 400, 400],
  ["a host with a slash", "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400, 400],
  ["a host with a CR", "GET / HTTP/1.1\r\nhost: a\rb\r\n\r\n", 400, 400],
  [
    "a host with a port and brackets",
    "GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
    "GET / host=[::1]:80",
    "GET / host=[::1]:80",
  ],

  ["a space before the colon", `GET / HTTP/1.1\r\n${HOST}x : 1\r\n\r\n`, 400, 400],
  ["a space in a name", `GET / HTTP/1.1\r\n${HOST}x y: 1\r\n\r\n`, 400, 400],
  ["an empty name", `GET / HTTP/1.1\r\n${HOST}: 1\r\n\r\n`, 400, 400],
  ["a pseudo header", `GET / HTTP/1.1\r\n${HOST}:path: /\r\n\r\n`, 400, 400],
  ["a line without colon", `GET / HTTP/1.1\r\n${HOST}x\r\n\r\n`, 400, 400],
  ["byte 0xe9 in a name", `GET / HTTP/1.1\r\n${HOST}x\xe9: 1\r\n\r\n`, 400, 400],
  ["NUL in a name", `GET / HTTP/1.1\r\n${HOST}x\0: 1\r\n\r\n`, 400, 400],
  ["NUL in a value", `GET / HTTP/1.1\r\n${HOST}x: \0\r\n\r\n`, 400, 400],
  ["DEL in a value", `GET / HTTP/1.1\r\n${HOST}x: \x7f\r\n\r\n`, 400, 400],
  ["a control byte in a value", `GET / HTTP/1.1\r\n${HOST}x: \x01\r\n\r\n`, 400, 400],

  ["a bare LF behind the request line", `GET / HTTP/1.1\n${HOST}\r\n`, 400, "GET / host=a"],
  ["a bare LF behind a field", "GET / HTTP/1.1\r\nhost: a\nx: 1\r\n\r\n", 400, "GET / host=a x=1"],
  ["a bare LF at the end", `GET / HTTP/1.1\r\n${HOST}\n`, 400, "GET / host=a"],
  ["a CR without LF at the end", `GET / HTTP/1.1\r\n${HOST}\rx`, 400, 400],
  ["nothing but bare CRs", "GET / HTTP/1.1\rhost: a\r\r", "waits", "waits"],
  ["a CR inside of a value", `GET / HTTP/1.1\r\n${HOST}x: 1\r2\r\n\r\n`, 400, "GET / host=a x=12"],
  ["a CR and blanks before a value", `GET / HTTP/1.1\r\n${HOST}x:\r 1\r\n\r\n`, 400, "GET / host=a x=1"],
  ["a CR behind a value", `GET / HTTP/1.1\r\n${HOST}x: 1\r\r\n\r\n`, 400, "GET / host=a x=1"],
  ["a fold", `GET / HTTP/1.1\r\n${HOST}x: 1 \r\n\t 2\r\n\r\n`, 400, "GET / host=a x=1 2"],
  [
    "two folds, one of them empty",
    `GET / HTTP/1.1\r\n${HOST}x:\r\n 1\r\n \r\n 2\r\n\r\n`,
    400,
    "GET / host=a x=1 2",
  ],
  [
    "a fold beside byte 0xa0",
    `GET / HTTP/1.1\r\n${HOST}x: \xa0\r\n \xa0\r\n\r\n`,
    400,
    "GET / host=a x=\xa0 \xa0",
  ],
  ["a fold before any field", `GET / HTTP/1.1\r\n x: 1\r\n${HOST}\r\n`, 400, 400],
];

describe("what a request head says", () => {
  test.each(HEADS)("by strict rules: %s", (_, head, strict) => {
    expect(verdict(head, STRICT)).toBe(strict);
  });

  test.each(HEADS)("by Envoy's rules: %s", (_, head, __, envoy) => {
    expect(verdict(head, ENVOY)).toBe(envoy);
  });
});

describe("what becomes of the connection", () => {
  test.each([
    ["1.1", "", true],
    ["1.1", "connection: close\r\n", false],
    ["1.1", "connection: x, Close\r\n", false],
    ["1.1", "connection: keep-alive\r\nconnection: close\r\n", false],
    ["1.1", "connection: closed\r\n", true],
    ["1.0", "", false],
    ["1.0", "connection: Keep-Alive\r\n", true],
    ["1.0", "connection: keep-alive, close\r\n", false],
    ["1.0", "x-connection: keep-alive\r\n", false],
  ])("HTTP/%s with %j: kept %s", (version, field, keepAlive) => {
    const { messages } = readRequests(`GET / HTTP/${version}\r\n${HOST}${field}\r\n`);
    expect(messages[0]?.head.keepAlive).toBe(keepAlive);
  });

  test.each([
    ["connection: upgrade\r\nupgrade: websocket\r\n", "websocket"],
    ["Upgrade: a\r\nConnection: x, Upgrade\r\nupgrade: b\r\n", "a, b"],
    ["upgrade: websocket\r\n", undefined],
    ["connection: upgrade\r\n", undefined],
  ])("an upgrade is asked for by two fields: %j", (fields, upgrade) => {
    const { messages } = readRequests(`GET / HTTP/1.1\r\n${HOST}${fields}\r\n`);
    expect(messages[0]?.head.upgrade).toBe(upgrade);
  });

  test.each([
    ["expect: 100-Continue\r\n", "100-continue"],
    ["expect: gold\r\n", "unknown"],
    ["expect: 100-continue, gold\r\n", "unknown"],
    ["expect: gold\r\nexpect: 100-continue\r\n", "unknown"],
    ["expect: 100-continue\r\nexpect: gold\r\n", "unknown"],
    ["x-expect: gold\r\n", undefined],
  ])("an expectation counts only if all of it is known: %j", (fields, expectation) => {
    const { messages } = readRequests(`GET / HTTP/1.1\r\n${HOST}${fields}\r\n`);
    expect(messages[0]?.head.expect).toBe(expectation);
  });

  test.each([
    "connection: x",
    "Keep-Alive: 5",
    "proxy-connection: x",
    "TE: trailers",
    "upgrade: x",
    "expect: 100-continue",
    "transfer-encoding: chunked",
  ])("%s is a field of this hop", (field) => {
    const { messages } = readRequests(`GET / HTTP/1.1\r\n${HOST}${field}\r\n\r\n0\r\n\r\n`);
    expect(messages[0]?.head.hasHopByHop).toBe(true);
  });

  test("the usual fields are not", () => {
    const fields = "accept: */*\r\nx-te: 1\r\ncontent-type: a\r\nx-transfer-encode: 1\r\n";
    expect(readRequests(`GET / HTTP/1.1\r\n${HOST}${fields}\r\n`).messages[0]?.head.hasHopByHop).toBe(false);
  });
});

describe("a target by its form", () => {
  test.each([
    ["GET", "/x?y", { form: "origin", path: "/x?y" }],
    ["GET", "//a/b", { form: "origin", path: "//a/b" }],
    ["GET", "x", undefined],
    ["GET", "*", undefined],
    ["OPTIONS", "*", { form: "asterisk" }],
    ["GET", "http://a:1/x?y", { form: "absolute", scheme: "http", authority: "a:1", path: "/x?y" }],
    ["GET", "HTTPS://a", { form: "absolute", scheme: "https", authority: "a", path: "/" }],
    ["GET", "http://a?y", { form: "absolute", scheme: "http", authority: "a", path: "/?y" }],
    ["GET", "http://u:p@a/x@y", { form: "absolute", scheme: "http", authority: "a", path: "/x@y" }],
    ["GET", "http://u@v@a/", { form: "absolute", scheme: "http", authority: "a", path: "/" }],
    ["GET", "http://a#f", undefined],
    ["GET", "http:///x", undefined],
    ["GET", "http://u@/x", undefined],
    ["GET", "http://a<b>/x", undefined],
    ["GET", "http://a\\b/x", undefined],
    ["GET", "ftp://a/x", undefined],
    ["GET", "http:/a", undefined],
    ["CONNECT", "a:443", { form: "authority", authority: "a:443" }],
    ["CONNECT", "/x", undefined],
    ["CONNECT", 'a"b', undefined],
  ])("%s %s", (method, target, expected) => {
    expect(parseTarget(method, target)).toEqual(expected);
  });
});

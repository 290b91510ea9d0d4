import { describe, expect, test } from "vitest";
import { ENVOY, type Http1Rules, STRICT } from "../../src/http1/index.ts";
import { readRequests } from "./read-messages.ts";

const NEXT = "GET /next HTTP/1.1\r\nhost: a\r\n\r\n";
const CHUNKS = "3\r\nabc\r\n0\r\n\r\n";
const CODED = "Transfer-Encoding: chunked\r\n";

/** Every message of a connection as `target body`, and the status of what ended it. */
function read(fields: string, rest: string, rules: Http1Rules): (string | number)[] {
  const { messages, error } = readRequests(
    `POST / HTTP/1.1\r\nhost: a\r\n${fields}\r\n${rest}${NEXT}`,
    rules,
  );
  const seen = messages.map(({ head, body, end }) =>
    end < 0 ? `${head.target} …` : `${head.target} ${body}`,
  );
  return error === undefined ? seen : [...seen, error.status];
}

const BOTH = ["/ abc", "/next "];

/** RFC 9112, section 6.3, and what section 11.2 warns of. One row: fields, bytes behind the head, strict, envoy. */
const CASES: readonly [what: string, string, string, (string | number)[], (string | number)[]][] = [
  ["neither length nor chunks", "", "", ["/ ", "/next "], ["/ ", "/next "]],
  ["a length", "Content-Length: 3\r\n", "abc", BOTH, BOTH],
  ["a length of 0", "content-length: 0\r\n", "", ["/ ", "/next "], ["/ ", "/next "]],
  ["a length with zeros in front", "content-length: 003\r\n", "abc", BOTH, BOTH],
  ["a length with blanks around it", "content-length: \t3  \r\n", "abc", BOTH, BOTH],
  ["a length with a tab behind", "content-length: 3 \t\r\n", "abc", [400], BOTH],
  ["a folded length", "content-length:\r\n 3\r\n", "abc", [400], BOTH],
  ["a length folded in its middle", "content-length: 1\r\n 0\r\n", "abc", [400], [400]],
  ["a CR in a length", "content-length: 1\r0\r\n", "abc", [400], [400]],
  ["an empty length", "content-length:\r\n", "", [400], [400]],
  ["a length with a sign", "content-length: +3\r\n", "abc", [400], [400]],
  ["a negative length", "content-length: -3\r\n", "abc", [400], [400]],
  ["a hexadecimal length", "content-length: 0x3\r\n", "abc", [400], [400]],
  ["a length with a fraction", "content-length: 3.0\r\n", "abc", [400], [400]],
  ["a length with an exponent", "content-length: 3e0\r\n", "abc", [400], [400]],
  ["a length with a space inside", "content-length: 1 2\r\n", "abc", [400], [400]],
  ["a length of 2 to the 53rd", "content-length: 9007199254740992\r\n", "abc", [400], [400]],
  ["a length of 2 to the 64th and 3", "content-length: 18446744073709551619\r\n", "abc", [400], [400]],
  ["the largest length", "content-length: 9007199254740991\r\n", "abc", ["/ …"], ["/ …"]],
  ["a list of equal lengths", "content-length: 3, 3\r\n", "abc", [400], [400]],
  ["two equal lengths", "content-length: 3\r\ncontent-length: 3\r\n", "abc", [400], [400]],
  ["two lengths", "content-length: 3\r\nCONTENT-LENGTH: 4\r\n", "abc", [400], [400]],
  ["a length with a space before its colon", "content-length : 3\r\n", "abc", [400], [400]],
  ["a length with another name", "content_length: 3\r\n", "", ["/ ", "/next "], ["/ ", "/next "]],
  ["chunks", CODED, CHUNKS, BOTH, BOTH],
  ["chunks in capitals", "TRANSFER-ENCODING: CHUNKED\r\n", CHUNKS, BOTH, BOTH],
  ["a coding with blanks around it", "transfer-encoding: \tchunked  \r\n", CHUNKS, BOTH, BOTH],
  ["a coding with a tab behind", "transfer-encoding: chunked  \t\r\n", CHUNKS, [400], BOTH],
  ["a folded coding", "transfer-encoding:\r\n\tchunked\r\n", CHUNKS, [400], BOTH],
  ["a CR in a coding", "transfer-encoding: chun\rked\r\n", CHUNKS, [400], [501]],
  ["a bare LF behind a coding", "transfer-encoding: chunked\n", CHUNKS, [400], BOTH],
  ["a vertical tab before a coding", "transfer-encoding: \vchunked\r\n", CHUNKS, [400], [400]],
  ["byte 0xa0 before a coding", "transfer-encoding: \xa0chunked\r\n", CHUNKS, [501], [501]],
  ["a space before a coding's colon", "transfer-encoding : chunked\r\n", CHUNKS, [400], [400]],
  ["length, then chunks (CL.TE)", `content-length: 3\r\n${CODED}`, CHUNKS, [400], [400]],
  ["chunks, then length (TE.CL)", `${CODED}content-length: 3\r\n`, CHUNKS, [400], [400]],
  ["a length of 0 beside chunks", `${CODED}content-length: 0\r\n`, CHUNKS, [400], [400]],
  ["two codings (TE.TE)", `${CODED}${CODED}`, CHUNKS, [501], [501]],
  ["a coding that hides another (TE.TE)", `${CODED}transfer-encoding: x\r\n`, CHUNKS, [501], [501]],
  ["another coding first", "transfer-encoding: gzip, chunked\r\n", CHUNKS, [501], [501]],
  ["another coding last", "transfer-encoding: chunked, identity\r\n", CHUNKS, [501], [501]],
  ["another coding alone", "transfer-encoding: gzip\r\n", "abc", [501], [501]],
  ["identity", "transfer-encoding: identity\r\n", "", [501], [501]],
  ["an empty coding", "transfer-encoding:\r\n", "", [501], [501]],
  ["a coding and a comma", "transfer-encoding: chunked,\r\n", CHUNKS, [501], [501]],
  ["a coding with a parameter", "transfer-encoding: chunked;q=1\r\n", CHUNKS, [501], [501]],
  ["a coding in quotes", 'transfer-encoding: "chunked"\r\n', CHUNKS, [501], [501]],
  ["a coding that begins alike", "transfer-encoding: xchunked\r\n", CHUNKS, [501], [501]],
];

describe("where the body of a request ends", () => {
  test.each(CASES)("by strict rules: %s", (_, fields, rest, strict) => {
    expect(read(fields, rest, STRICT)).toEqual(strict);
  });

  test.each(CASES)("by Envoy's rules: %s", (_, fields, rest, __, envoy) => {
    expect(read(fields, rest, ENVOY)).toEqual(envoy);
  });
});

describe("a length beside chunks, where it may be dropped", () => {
  const rules: Http1Rules = { ...ENVOY, lengthBesideChunked: "drop" };

  test.each([
    ["before", `content-length: 99\r\n${CODED}`],
    ["behind", `${CODED}content-length: 99\r\n`],
  ])("it is dropped, and the chunks count: %s", (_, fields) => {
    const { messages } = readRequests(`POST / HTTP/1.1\r\nhost: a\r\n${fields}\r\n${CHUNKS}${NEXT}`, rules);
    expect(messages.map(({ head, body }) => [head.target, body])).toEqual([
      ["/", "abc"],
      ["/next", ""],
    ]);
    expect(messages[0]?.fields).toEqual(["host", "a", "Transfer-Encoding", "chunked"]);
    expect(messages[0]?.head.contentLength).toBeUndefined();
  });

  test("two of them are refused all the same", () => {
    expect(read(`content-length: 3\r\ncontent-length: 3\r\n${CODED}`, CHUNKS, rules)).toEqual([400]);
  });
});

test("chunks in HTTP/1.0 are refused: somebody in between has put them there", () => {
  const { error } = readRequests(`POST / HTTP/1.0\r\nhost: a\r\n${CODED}\r\n${CHUNKS}`);
  expect(error?.status).toBe(400);
});

test.each([
  ["content-length: 1\r\n", 400],
  [CODED, 400],
  ["content-length: 0\r\n", undefined],
  ["", undefined],
])("CONNECT has no body, since bytes of a tunnel may follow: %j", (fields, status) => {
  const { error } = readRequests(`CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n${fields}\r\n`);
  expect(error?.status).toBe(status);
});

describe("trailers", () => {
  const read = (trailers: string, rules: Http1Rules = STRICT) =>
    readRequests(`POST / HTTP/1.1\r\nhost: a\r\n${CODED}\r\n3\r\nabc\r\n0\r\n${trailers}\r\n${NEXT}`, rules);

  test("come behind the body, in their order and spelling", () => {
    const { messages } = read("X-B: 1\r\nx-a: 2\r\nX-B: 3\r\n");
    expect(messages[0]).toMatchObject({ body: "abc", trailers: ["X-B", "1", "x-a", "2", "X-B", "3"] });
    expect(messages[1]?.head.target).toBe("/next");
  });

  test("those that speak of the host or of the connection are dropped, and change nothing", () => {
    const { messages, error } = read(
      "host: b\r\nconnection: close\r\nte: x\r\ntrailer: y\r\n" +
        "upgrade: z\r\nkeep-alive: 5\r\nproxy-connection: x\r\nx-kept: 1\r\n",
    );
    expect(error).toBeUndefined();
    expect(messages.map(({ head, trailers }) => [head.target, trailers])).toEqual([
      ["/", ["x-kept", "1"]],
      ["/next", undefined],
    ]);
  });

  test("none are left if all of them were dropped", () => {
    expect(read("host: b\r\n").messages[0]?.trailers).toBeUndefined();
  });

  test.each(["Content-Length: 9\r\n", "transfer-encoding: chunked\r\n"])(
    "those that speak of framing are refused by strict rules, and dropped by Envoy's: %j",
    (trailers) => {
      expect(read(`x: 1\r\n${trailers}`).error?.status).toBe(400);
      const { messages, error } = read(`x: 1\r\n${trailers}`, ENVOY);
      expect(error).toBeUndefined();
      expect(messages.map((message) => message.trailers)).toEqual([["x", "1"], undefined]);
    },
  );

  test.each([
    ["a space before the colon", "x : 1\r\n", 400, 400],
    ["a bare LF", "x: 1\n", 400, undefined],
    ["a fold", "x: 1\r\n 2\r\n", 400, undefined],
    ["a fold before any field", " x: 1\r\n", 400, 400],
    ["NUL", "x: \0\r\n", 400, 400],
  ])("are judged like the fields of a head: %s", (_, trailers, strict, envoy) => {
    expect([read(trailers).error?.status, read(trailers, ENVOY).error?.status]).toEqual([strict, envoy]);
  });
});

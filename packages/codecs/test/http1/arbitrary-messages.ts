import fc from "fast-check";

/**
 * Bytes that are nearly messages: lists of parts of valid ones, some of them replaced by what has fooled parsers before, and
 * a few bytes changed at random. Purely random bytes would never get past a request line.
 */

const METHOD = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "PURGE"),
  },
  { weight: 1, arbitrary: fc.constantFrom("CONNECT", "get", "FROB", "", "G@T", "PRI", "M-SEARCH") },
);

const TARGET = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("/", "/x?y=1", "/%41/../b", "http://b.test/x", "//c") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "*", "/a b", "/\xe9", "/\x7f", "x", "/#f", "http://", "a:80", "/\0"),
  },
);

const VERSION = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("HTTP/1.1") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/1.1\t", ""),
  },
);

const SEPARATOR = fc.oneof(
  { weight: 60, arbitrary: fc.constant(" ") },
  { weight: 1, arbitrary: fc.constantFrom("  ", "\t", "\r", "\v", "\xa0") },
);

const LINE_END = fc.oneof(
  { weight: 150, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "\r\r\n", "\r\n ", "\r\n\t", "\n\r", "") },
);

const VALUE = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      "1",
      "a, b",
      "",
      "text/html;q=0.9",
      "\xe9t\xe9",
      "a\tb",
      '"quoted, text"',
      "\xa0x\xa0",
    ),
  },
  { weight: 10, arbitrary: fc.string({ maxLength: 20, unit: "grapheme-ascii" }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: "binary-ascii" }) },
);

const PLAIN_FIELD = fc
  .tuple(
    fc.constantFrom("x-a", "X-B", "accept", "cookie", "user-agent", "Via", "x_c", "!#$%&'*+-.^_`|~"),
    VALUE,
  )
  .map(([name, value]) => `${name}: ${value}`);

const CONNECTION_FIELD = fc.constantFrom(
  "Connection: close",
  "connection: keep-alive",
  "Connection: x-a, te",
  "connection: upgrade\r\nupgrade: websocket",
  "keep-alive: timeout=5",
  "TE: trailers",
  "Trailer: x-t",
  "Expect: 100-continue",
  "proxy-connection: close",
);

/** Fields that two parsers may take for different things. */
const HOSTILE_FIELD = fc.constantFrom(
  "Content-Length: 3",
  "content-length: 0",
  "Content-Length: 5, 5",
  "Content-Length: +3",
  "Content-Length: 0x3",
  "Content-Length: 3 ",
  "Content-Length: 3\t",
  "Content-Length:3",
  "Content-Length : 3",
  " Content-Length: 3",
  "Content-Length:\r\n 3",
  "Content-Length: 1\r0",
  "Content-Length: 00000000000000000003",
  "Content-Length: 18446744073709551619",
  "Content_Length: 3",
  "Content-Length\0: 3",
  "Transfer-Encoding: chunked",
  "transfer-encoding: CHUNKED",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding:chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: chunked ",
  "Transfer-Encoding: chunked \t",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity, chunked",
  "Transfer-Encoding: gzip",
  "Transfer-Encoding: \vchunked",
  "Transfer-Encoding: \xa0chunked",
  "Transfer-Encoding:\r\n chunked",
  "Transfer-Encoding: chun\rked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
  "Transfer-Encoding",
  ": x",
  "Host: b.test",
  "Host: a b",
  "x: y\rTransfer-Encoding: chunked",
  "x: y\nTransfer-Encoding: chunked",
);

const FIELD = fc.oneof(
  { weight: 12, arbitrary: PLAIN_FIELD },
  { weight: 3, arbitrary: CONNECTION_FIELD },
  { weight: 1, arbitrary: HOSTILE_FIELD },
);

const FIELDS = fc.array(fc.tuple(FIELD, LINE_END), { maxLength: 5 }).map((lines) => lines.flat().join(""));

const SIZE_LINE = (size: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant(`${size}\r\n`) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(`${size};a=b\r\n`, `00${size}\r\n`, `${size};a="b"\r\n`, `${size};\r\n`),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        `${size}\n`,
        `${size} \r\n`,
        ` ${size}\r\n`,
        `0x${size}\r\n`,
        `+${size}\r\n`,
        `${size};a\nb\r\n`,
        `${size};a\rb\r\n`,
        `${size};\0\r\n`,
        `${size}\r`,
        `${size}\r\r\n`,
        `${size}g\r\n`,
        `100000000${size}\r\n`,
        `1000000000000000${size}\r\n`,
        "\r\n",
        "-1\r\n",
      ),
    },
  );

const DATA = fc.oneof(
  fc.string({ maxLength: 12, unit: "binary-ascii" }),
  fc.constantFrom("0\r\n\r\n", "GET /smuggled HTTP/1.1\r\nhost: evil\r\n\r\n", "\r\n", "\xff\xfe"),
);

const CHUNK = DATA.filter((data) => data !== "").chain((data) =>
  fc.tuple(SIZE_LINE(data.length.toString(16)), fc.constant(data), LINE_END).map((parts) => parts.join("")),
);

const CHUNKS = fc
  .tuple(fc.array(CHUNK, { maxLength: 3 }), SIZE_LINE("0"), FIELDS, LINE_END)
  .map(([chunks, last, trailers, end]) => chunks.join("") + last + trailers + end);

/** How a body is announced, and the body. */
const FRAMED = fc.oneof(
  { weight: 3, arbitrary: fc.constant(["", ""] as const) },
  { weight: 3, arbitrary: DATA.map((data) => [`content-length: ${data.length}\r\n`, data] as const) },
  { weight: 4, arbitrary: CHUNKS.map((chunks) => ["transfer-encoding: chunked\r\n", chunks] as const) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(DATA, CHUNKS)
      .map(
        ([data, chunks]) =>
          [`content-length: ${data.length}\r\ntransfer-encoding: chunked\r\n`, chunks] as const,
      ),
  },
);

const HOST_FIELD = fc.oneof(
  { weight: 12, arbitrary: fc.constant("host: a.test\r\n") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "Host: a\r\nHost: b\r\n", "host:\r\n", "host: a/b\r\n", "host : a\r\n"),
  },
);

const REQUEST = fc
  .record({ method: METHOD, s1: SEPARATOR, target: TARGET, s2: SEPARATOR, version: VERSION, end: LINE_END })
  .chain((line) =>
    fc
      .record({ host: HOST_FIELD, before: FIELDS, framed: FRAMED, after: FIELDS, end: LINE_END })
      .map(({ host, before, framed, after, end }) =>
        [
          line.method,
          line.s1,
          line.target,
          line.s2,
          line.version,
          line.end,
          host,
          before,
          framed[0],
          after,
          end,
          framed[1],
        ].join(""),
      ),
  );

/** A change of a single byte: one is written over, taken out, put in, or there twice. */
interface Mutation {
  readonly at: number;
  readonly how: "replace" | "delete" | "insert" | "repeat";
  readonly byte: number;
}

const MUTATIONS: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    at: fc.nat(3_000),
    how: fc.constantFrom<Mutation["how"][]>("replace", "delete", "insert", "repeat"),
    byte: fc.oneof(fc.constantFrom(0, 9, 10, 11, 13, 32, 44, 58, 59, 48, 127, 160), fc.nat(255)),
  }),
  { maxLength: 2 },
);

function mutated(text: string, mutations: readonly Mutation[]): Buffer {
  const bytes = [...Buffer.from(text, "latin1")];
  for (const { at, how, byte } of mutations) {
    if (bytes.length === 0) break;
    const place = at % bytes.length;
    if (how === "replace") bytes[place] = byte;
    else if (how === "delete") bytes.splice(place, 1);
    else bytes.splice(place, 0, how === "insert" ? byte : (bytes[place] as number));
  }
  return Buffer.from(bytes);
}

const SOME_MUTATIONS: fc.Arbitrary<Mutation[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 1, arbitrary: MUTATIONS },
);

/** What a client may send on one connection: up to three requests, a little broken. */
export const connectionBytes: fc.Arbitrary<Buffer> = fc
  .tuple(fc.array(REQUEST, { minLength: 1, maxLength: 3 }), SOME_MUTATIONS)
  .map(([requests, mutations]) => mutated(requests.join(""), mutations));

const STATUS_LINE = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      "HTTP/1.1 200 OK",
      "HTTP/1.1 404 Not Found",
      "HTTP/1.1 204 No Content",
      "HTTP/1.1 304 x",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "HTTP/1.0 200 OK",
      "HTTP/1.1 200",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 20 OK",
      "HTTP/1.1 200 \xe9",
    ),
  },
);

const INFORMATIONAL = fc.oneof(
  { weight: 6, arbitrary: fc.constant("") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n",
    ),
  },
);

/** What an upstream may answer to one request, and the method of that request. */
export const responseBytes: fc.Arbitrary<{ readonly bytes: Buffer; readonly method: string }> = fc
  .record({
    method: fc.constantFrom("GET", "GET", "POST", "HEAD"),
    early: INFORMATIONAL,
    line: STATUS_LINE,
    lineEnd: LINE_END,
    before: FIELDS,
    framed: FRAMED,
    after: FIELDS,
    end: LINE_END,
    mutations: SOME_MUTATIONS,
  })
  .map(({ method, early, line, lineEnd, before, framed, after, end, mutations }) => ({
    method,
    bytes: mutated([early, line, lineEnd, before, framed[0], after, end, framed[1]].join(""), mutations),
  }));

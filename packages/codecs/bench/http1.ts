// What a message costs the codec, beside a loop over its bytes and beside llhttp: node --conditions=@dualmesh/source bench/http1.ts
import { createServer } from "node:http";
import { Duplex } from "node:stream";
import {
  createRequestDecoder,
  createResponseDecoder,
  ENVOY,
  HeadScanner,
  type Http1RequestHead,
  writeRequestHead,
} from "../src/http1/index.ts";

const lines = (...text: string[]): Buffer => Buffer.from(`${text.join("\r\n")}\r\n\r\n`, "latin1");

/** What a browser sends: 13 fields. */
const BROWSER = lines(
  "GET /api/v1/orders?id=7&page=2 HTTP/1.1",
  "Host: orders.example.com",
  "Connection: keep-alive",
  'sec-ch-ua: "Chromium";v="140", "Not?A_Brand";v="24"',
  "sec-ch-ua-mobile: ?0",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "Accept: application/json, text/plain, */*",
  "Sec-Fetch-Site: same-origin",
  "Sec-Fetch-Mode: cors",
  "Sec-Fetch-Dest: empty",
  "Referer: https://orders.example.com/list",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-GB,en;q=0.9",
  "Cookie: session=7b9f8a3e2d1c; theme=dark",
);

/** What one service sends another: 5 fields. */
const MESH = lines(
  "GET /orders/7 HTTP/1.1",
  "host: orders",
  "accept: application/json",
  "x-request-id: 5f0c1b9e-8a4d-4c3e-9f2b-1a2b3c4d5e6f",
  "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "connection: keep-alive",
);

const ANSWER = Buffer.concat([
  lines(
    "HTTP/1.1 200 OK",
    "content-type: application/json; charset=utf-8",
    "content-length: 13",
    'etag: W/"d-abc"',
    "date: Sat, 28 Nov 2026 16:00:00 GMT",
    "connection: keep-alive",
    "keep-alive: timeout=5",
  ),
  Buffer.from('{"orders":12}'),
]);

const CHUNKED = Buffer.concat([
  lines("HTTP/1.1 200 OK", "content-type: text/plain", "transfer-encoding: chunked"),
  Buffer.from(`${`400\r\n${"x".repeat(1_024)}\r\n`.repeat(16)}0\r\n\r\n`),
]);

const ROUNDS = 20_000;

/** The best of many rounds: what it costs when nobody else has the core. */
function best(run: () => unknown): number {
  for (let i = 0; i < ROUNDS; i++) run();
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 40; repeat++) {
    const start = performance.now();
    for (let i = 0; i < ROUNDS / 4; i++) run();
    least = Math.min(least, ((performance.now() - start) / (ROUNDS / 4)) * 1e6);
  }
  return least;
}

let sum = 0;

/** The least that any parser must do: look at each byte. */
function loopOver(bytes: Buffer): number {
  return best(() => {
    let at = 0;
    while (at < bytes.length && bytes[at] !== 0) at++;
    sum += at;
  });
}

function say(name: string, bytes: Buffer, loop: number, nanoseconds: number): void {
  const ratio = (nanoseconds / loop).toFixed(2);
  const text = `${name} (${bytes.length} bytes)`.padEnd(56);
  console.log(`${text} ${nanoseconds.toFixed(0).padStart(6)} ns  ${ratio.padStart(6)} × the loop`);
}

/** A decoder of requests that is told to go on behind each of them. */
function requests(onHead: (head: Http1RequestHead) => void) {
  const decoder = createRequestDecoder(
    {
      head(head) {
        onHead(head);
        decoder.next();
      },
      body() {},
      end: () => decoder.next(),
      failed(error) {
        throw new Error(error.message);
      },
    },
    ENVOY,
  );
  return decoder;
}

const responses = createResponseDecoder(
  {
    head(_, isWhole) {
      if (isWhole) responses.next();
    },
    body: (bytes) => {
      sum += bytes.length;
    },
    end: () => responses.next(),
    failed(error) {
      throw new Error(error.message);
    },
  },
  ENVOY,
);

for (const [name, bytes] of [
  ["a request of a browser", BROWSER],
  ["a request of a service", MESH],
] as const) {
  const loop = loopOver(bytes);
  say(`${name}: a loop over its bytes`, bytes, loop, loop);
  const scanner = new HeadScanner(ENVOY, "head", true);
  say(
    `${name}: scanned`,
    bytes,
    loop,
    best(() => {
      sum += scanner.scan(bytes, 0, bytes.length);
      scanner.reset();
    }),
  );
  const reading = requests((head) => {
    sum += head.target.length;
  });
  say(
    `${name}: read`,
    bytes,
    loop,
    best(() => reading.feed(bytes)),
  );
  const forwarding = requests(({ method, target, headers }) => {
    headers.delete("connection");
    headers.set("x-request-id", "7");
    sum += writeRequestHead(method, target, "orders", headers, "").length;
  });
  say(
    `${name}: read, two fields changed, written`,
    bytes,
    loop,
    best(() => forwarding.feed(bytes)),
  );
  say(`${name}: by node:http`, bytes, loop, await byNodeHttp(bytes));
}
const answerLoop = loopOver(ANSWER);
say(
  "an answer: read",
  ANSWER,
  answerLoop,
  best(() => responses.feed(ANSWER)),
);
const chunkedLoop = loopOver(CHUNKED);
say(
  "an answer in 16 chunks: read",
  CHUNKED,
  chunkedLoop,
  best(() => responses.feed(CHUNKED)),
);
// What was computed must be used, or it would not be computed.
if (sum === 0) console.log(sum);

/**
 * Requests through a server of node:http without sockets, which answers none of them: llhttp, and what Node makes of each
 * request for its application. There is no llhttp alone to be had in Node.
 */
async function byNodeHttp(bytes: Buffer): Promise<number> {
  const count = 2_000;
  const all = Buffer.concat(Array.from({ length: count }, () => bytes));
  const server = createServer();
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 20; repeat++) {
    let seen = 0;
    const over = Promise.withResolvers<void>();
    server.removeAllListeners("request");
    server.on("request", (_, outgoing) => {
      outgoing.end();
      if (++seen === count) over.resolve();
    });
    const socket = new Duplex({ read() {}, write: (_, __, done) => done() });
    const start = performance.now();
    server.emit("connection", socket);
    for (let at = 0; at < all.length; at += bytes.length * 20) {
      socket.push(all.subarray(at, at + bytes.length * 20));
    }
    await over.promise;
    least = Math.min(least, ((performance.now() - start) / count) * 1e6);
    socket.destroy();
  }
  return least;
}

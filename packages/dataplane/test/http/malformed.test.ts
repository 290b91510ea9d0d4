import { once } from "node:events";
import { connect } from "node:net";
import { bodyText, manualClock, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { startEdge } from "./edge.ts";
import { rawClient, rawExchange } from "./raw-client.ts";

/** Says what it understood. */
const echo = () =>
  startEdge(async ({ head, body }) =>
    textResponse(200, `${head.method} ${head.authority}${head.path} ${await bodyText(body)}`),
  );

const FIELD = "x: 1\r\n";

describe("what cannot be served is refused with Envoy's status, and the connection closed", () => {
  test.each([
    ["no version", "GET /\r\n\r\n", 426],
    ["HTTP/1.0", "GET / HTTP/1.0\r\nhost: a\r\n\r\n", 426],
    ["HTTP/2.0 in the clear", "GET / HTTP/2.0\r\nhost: a\r\n\r\n", 426],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a host with a space", "GET / HTTP/1.1\r\nhost: a b\r\n\r\n", 400],
    ["a host with a slash", "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", 400],
    ["GET *", "GET * HTTP/1.1\r\nhost: a\r\n\r\n", 400],
    ["a target without slash", "GET a HTTP/1.1\r\nhost: a\r\n\r\n", 400],
    ["an unknown method", "FOO / HTTP/1.1\r\nhost: a\r\n\r\n", 400],
    ["a space before the colon", "GET / HTTP/1.1\r\nhost: a\r\nx : 1\r\n\r\n", 400],
    ["an empty name", "GET / HTTP/1.1\r\nhost: a\r\n: 1\r\n\r\n", 400],
    ["a line without colon", "GET / HTTP/1.1\r\nhost: a\r\nx\r\n\r\n", 400],
    ["NUL in a value", "GET / HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n", 400],
    ["a control byte in a value", "GET / HTTP/1.1\r\nhost: a\r\nx: \x01\r\n\r\n", 400],
    [
      "two equal lengths",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx",
      400,
    ],
    ["a list of lengths", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\nx", 400],
    ["a negative length", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400],
    [
      "length and chunked",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    [
      "chunked and length",
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n0\r\n\r\n",
      400,
    ],
    [
      "a coding before chunked",
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      501,
    ],
    ["another coding", "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", 501],
    ["more than 60 KiB", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(61_440)}\r\n\r\n`, 431],
    ["more than 100 fields", `GET / HTTP/1.1\r\nhost: a\r\n${FIELD.repeat(100)}\r\n`, 431],
    ["CONNECT", "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n", 404],
    ["an upgrade", "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", 403],
  ])("%s", async (_, bytes, status) => {
    await using edge = await echo();
    const answer = await rawExchange(edge.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await expect.poll(() => edge.http.connections, { interval: 2 }).toBe(0);
  });

  test("a broken chunk in a body ends its call as well", async () => {
    let reset: unknown;
    await using edge = await startEdge(
      ({ body }) =>
        new Promise((resolve) => {
          bodyText(body).catch((error: unknown) => {
            reset = error;
            resolve(textResponse(200));
          });
        }),
    );
    const bytes = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    expect(await rawExchange(edge.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
    await expect.poll(() => reset).toMatchObject({ code: "CANCELLED", flag: "DC" });
    expect(edge.http.active).toBe(0);
  });
});

describe("what Envoy accepts is accepted", () => {
  const close = "connection: close\r\n";

  test.each([
    [
      "a length in bytes up to the limit",
      `GET / HTTP/1.1\r\nhost: a\r\n${close}x: ${"a".repeat(60_000)}\r\n\r\n`,
      "GET a/ ",
    ],
    ["100 fields", `GET / HTTP/1.1\r\nhost: a\r\n${close}${FIELD.repeat(98)}\r\n`, "GET a/ "],
    ["two spaces in the request line", `GET  /  HTTP/1.1\r\nhost: a\r\n${close}\r\n`, "GET a/ "],
    ["two hosts", `GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n${close}\r\n`, "GET a,b/ "],
    [
      "two hosts of which one is empty",
      `GET / HTTP/1.1\r\nhost:\r\nhost: b\r\nhost:\r\n${close}\r\n`,
      "GET b/ ",
    ],
    [
      "an absolute target, which replaces the host",
      `GET http://b.test/x?y HTTP/1.1\r\nhost: a\r\n${close}\r\n`,
      "GET b.test/x?y ",
    ],
    [
      "an absolute target without path",
      `GET http://b.test?y HTTP/1.1\r\nhost: a\r\n${close}\r\n`,
      "GET b.test/?y ",
    ],
    ["OPTIONS *", `OPTIONS * HTTP/1.1\r\nhost: a\r\n${close}\r\n`, "OPTIONS a* "],
    [
      "CHUNKED in capitals",
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: CHUNKED\r\n${close}\r\n1\r\nx\r\n0\r\n\r\n`,
      "POST a/ x",
    ],
    [
      "an extension of a chunk",
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n${close}\r\n1;a=b\r\nx\r\n0\r\n\r\n`,
      "POST a/ x",
    ],
    [
      "an offer of HTTP/2, which is dropped",
      `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n`,
      "GET a/ ",
    ],
  ])("%s", async (_, bytes, expected) => {
    await using edge = await echo();
    const answer = await rawExchange(edge.port, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(expected);
  });
});

test("an expectation that nobody knows is 417", async () => {
  await using edge = await echo();
  using client = await rawClient(edge.port);
  client.write("POST / HTTP/1.1\r\nhost: a\r\nexpect: gold\r\ncontent-length: 1\r\n\r\nx");
  expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 417 /);
});

test("a request after `connection: close` is not answered, the one before it is", async () => {
  let asked = 0;
  await using edge = await startEdge(({ head }) => {
    asked++;
    return Promise.resolve(textResponse(200, head.path));
  });
  const both = "GET /1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n";
  const answer = await rawExchange(edge.port, both);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
  expect(answer).toContain("/1");
  expect(asked).toBe(1);
});

test("a client that was refused and does not hang up is hung up on after a second", async () => {
  const clock = manualClock();
  await using edge = await startEdge(() => Promise.resolve(textResponse()), { clock });
  const socket = connect({ port: edge.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.write("FOO / HTTP/1.1\r\n\r\n");
  socket.resume();
  await once(socket, "end");
  await clock.advanceAsync(999);
  expect(edge.http.connections).toBe(1);
  await clock.advanceAsync(1);
  await expect.poll(() => edge.http.connections, { interval: 2 }).toBe(0);
  expect(clock.pendingTimers).toBe(0);
  socket.destroy();
});

test("a head that does not come to its end is 408 after the time that is set", async () => {
  await using edge = await startEdge(() => Promise.resolve(textResponse()), { requestHeadersTimeoutMs: 50 });
  using client = await rawClient(edge.port);
  client.write("GET / HTTP/1.1\r\nhost:");
  expect(await client.closed).toMatch(/^HTTP\/1\.1 408 .*connection: close/s);
});

test("a client that goes away in the middle of a head leaves nothing behind", async () => {
  await using edge = await echo();
  const client = await rawClient(edge.port);
  client.write("GET / HTTP/1.1\r\nhost:");
  client.socket.resetAndDestroy();
  await once(client.socket, "close");
  await expect.poll(() => edge.http.connections, { interval: 2 }).toBe(0);
});

import { once } from "node:events";
import { connect } from "node:net";
import { BodyPipe, createHeaders } from "@dualmesh/core";
import { bodyText, manualClock, mockService, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { startEdge } from "./edge.ts";
import { rawClient } from "./raw-client.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const GET_LAST = "GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

describe("a head that does not come to its end", () => {
  test("has its time from its first byte on, however slowly the rest comes", async () => {
    const clock = manualClock();
    const { service } = mockService();
    await using edge = await startEdge(service, { clock, requestHeadersTimeoutMs: 1_000 });
    using client = await rawClient(edge.port);
    client.write("G");
    await expect.poll(() => clock.pendingTimers, { interval: 2 }).toBe(2);
    await clock.advanceAsync(900);
    client.write("ET / HTTP/1.1\r\n");
    client.write("x: 1\r\n");
    await clock.advanceAsync(100);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("has it behind another request as well, from when its turn comes", async () => {
    const clock = manualClock();
    const { service, handle } = mockService();
    await using edge = await startEdge(service, { clock, requestHeadersTimeoutMs: 1_000 });
    using client = await rawClient(edge.port);
    client.write(`${GET}GET /second HT`);
    const first = await handle.next();
    await clock.advanceAsync(5_000);
    first.answer(textResponse(200, "first"));
    await client.until(/first/);
    await clock.advanceAsync(1_000);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 200 .*first.*HTTP\/1\.1 408 /s);
  });

  test("is refused as soon as it is too long", async () => {
    await using edge = await startEdge(mockService().service);
    using client = await rawClient(edge.port);
    client.write(`GET /${"x".repeat(61_440)}`);
    expect(await client.closed).toMatch(/^HTTP\/1\.1 431 /);
  });
});

test("empty lines do not keep a connection that nobody uses", async () => {
  const clock = manualClock();
  await using edge = await startEdge(mockService().service, { clock, idleTimeoutMs: 800 });
  using client = await rawClient(edge.port);
  await expect.poll(() => edge.http.connections, { interval: 2 }).toBe(1);
  for (let i = 0; i < 10; i++) {
    client.write("\r\n");
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advanceAsync(100);
  }
  expect(await client.closed).toBe("");
});

describe("a client that ends its half", () => {
  test("gives up what it waits for, as with Envoy", async () => {
    const { service, handle } = mockService();
    await using edge = await startEdge(service);
    using client = await rawClient(edge.port);
    client.write(GET);
    const { call } = await handle.next();
    client.socket.end();
    expect(await client.closed).toBe("");
    expect(call.outcome).toMatchObject({ flag: "DC" });
    expect(edge.http.active).toBe(0);
  });

  test("gives up an answer that is on its way", async () => {
    const { service, handle } = mockService();
    await using edge = await startEdge(service);
    using client = await rawClient(edge.port);
    client.write(GET);
    const gone = Promise.withResolvers<void>();
    const body = new BodyPipe({ onCancel: () => gone.resolve() });
    (await handle.next()).answer({ head: { status: 200, headers: createHeaders() }, body });
    body.write(Buffer.from("the beginning"));
    await client.until(/beginning/);
    client.socket.end();
    await gone.promise;
  });

  test("leaves nothing behind, wherever it does so", async () => {
    const { service, handle } = mockService();
    await using edge = await startEdge(service);
    for (const bytes of ["", "\r\n", "GET", GET.slice(0, -1)]) {
      using client = await rawClient(edge.port);
      client.socket.end(bytes);
      await client.closed;
    }
    for (const more of [
      "",
      "\r\n",
      "GET /2 HT",
      `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf`,
    ]) {
      using client = await rawClient(edge.port);
      client.write(GET + more);
      (await handle.next()).answer(textResponse(200, "one"));
      await client.until(/one/);
      client.socket.end();
      await client.closed;
    }
    await expect.poll(() => [edge.http.connections, edge.http.active], { interval: 2 }).toEqual([0, 0]);
  });
});

describe("a client that reads slowly", () => {
  const LARGE = Buffer.alloc(24 << 20, "x");

  test("is not cut off within its last answer", async () => {
    const clock = manualClock();
    await using edge = await startEdge(
      () =>
        Promise.resolve({
          head: { status: 200, headers: createHeaders() },
          body: { kind: "bytes", bytes: LARGE },
        }),
      { clock },
    );
    const socket = connect({ port: edge.port, host: "127.0.0.1" });
    socket.write(GET_LAST);
    await once(socket, "readable");
    await clock.advanceAsync(60_000);
    let received = 0;
    for await (const chunk of socket) received += (chunk as Buffer).length;
    expect(received).toBeGreaterThan(LARGE.length);
  });

  test("is cut off if it reads nothing at all for five minutes", async () => {
    const clock = manualClock();
    await using edge = await startEdge(
      () =>
        Promise.resolve({
          head: { status: 200, headers: createHeaders() },
          body: { kind: "bytes", bytes: LARGE },
        }),
      { clock },
    );
    const socket = connect({ port: edge.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.write(GET_LAST);
    await once(socket, "readable");
    await clock.advanceAsync(300_000);
    await expect.poll(() => edge.http.connections, { interval: 2 }).toBe(0);
    socket.destroy();
  });
});

test("thousands of requests at once are answered one after the other, and in order", async () => {
  await using edge = await startEdge(async ({ head }) => textResponse(200, `<${head.path}>`));
  using client = await rawClient(edge.port);
  const paths = Array.from({ length: 2_000 }, (_, i) => `/${i}`);
  client.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`).join(""));
  const answers = await client.until(/<\/1999>/);
  expect(answers.match(/<[^>]+>/g)).toEqual(paths.map((path) => `<${path}>`));
});

test("a body in a request that is held is the one that was sent, whatever comes behind it", async () => {
  await using edge = await startEdge(async ({ head, body }) =>
    textResponse(200, `<${head.path} ${await bodyText(body)}>`),
  );
  using client = await rawClient(edge.port);
  const post = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const all = post("/1", "first") + post("/2", "second") + post("/3", "third");
  client.socket.setNoDelay(true);
  // In two pieces: the second one is behind bytes that are held, and holds the beginning of the next request.
  client.write(all.slice(0, 30));
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.write(all.slice(30, -8));
  await client.until(/<\/2/);
  client.write(all.slice(-8));
  expect((await client.until(/<\/3/)).match(/<[^>]+>/g)).toEqual(["</1 first>", "</2 second>", "</3 third>"]);
});

test.each([["trailers that cannot be written", createHeaders(["x", "a\r\nb"])]])(
  "%s break their own connection alone",
  async (_, trailers) => {
    await using edge = await startEdge(async () => {
      const body = new BodyPipe();
      setImmediate(() => {
        body.write(Buffer.from("body"));
        body.end(trailers);
      });
      return { head: { status: 200, headers: createHeaders() }, body };
    });
    using client = await rawClient(edge.port);
    client.write(GET);
    expect(await client.closed).not.toMatch(/0\r\n/);
    expect(edge.http.active).toBe(0);
  },
);

test("an answer has one length in all, and 204 has none", async () => {
  await using edge = await startEdge(async ({ head }) =>
    head.path === "/204"
      ? textResponse(204, undefined, { "content-length": "5" })
      : {
          head: { status: 200, headers: createHeaders(["content-length", "2", "Content-Length", "99"]) },
          body: { kind: "bytes", bytes: Buffer.from("ok") },
        },
  );
  using client = await rawClient(edge.port);
  client.write(`GET /204 HTTP/1.1\r\nhost: a\r\n\r\n${GET_LAST}`);
  const [empty, whole] = (await client.closed).split("HTTP/1.1 200");
  expect(empty).not.toMatch(/content-length/i);
  expect(whole?.match(/content-length: \d+/gi)).toEqual(["content-length: 2"]);
});

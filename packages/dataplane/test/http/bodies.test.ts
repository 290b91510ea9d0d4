import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, type IncomingMessage, type RequestListener, type RequestOptions, request } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";
import { startEdge } from "./edge.ts";
import { rawClient } from "./raw-client.ts";

const HOST = { host: "orders.test" };

/** A client, a mesh and an upstream: `ask` goes through all three over real sockets. */
async function throughMesh(handler: RequestListener) {
  const upstream = await startUpstream(handler);
  const plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a")])])],
    clusters: [staticCluster("a", [upstream.port])],
  });
  const service = plane.listeners.get("outbound")?.service(0);
  if (service === undefined) throw new Error("no listener");
  const edge = await startEdge(service);
  const agent = new Agent({ keepAlive: true });
  return {
    plane,
    edge,
    ask: (options: RequestOptions = {}) =>
      request({ port: edge.port, host: "127.0.0.1", agent, headers: HOST, ...options }),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await edge[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
    },
  };
}

async function answerTo(outgoing: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return incoming;
}

const sha = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test.each<[string, Readonly<Record<string, string>>]>([
  ["with a length", { "content-length": String(10 * 1024 * 1024) }],
  ["chunked", { "transfer-encoding": "chunked" }],
])("10 MB go up and down whole, %s", async (_, framing) => {
  await using mesh = await throughMesh((incoming, outgoing) => {
    outgoing.writeHead(200, framing);
    incoming.pipe(outgoing);
  });
  const sent = randomBytes(10 * 1024 * 1024);
  const outgoing = mesh.ask({ method: "POST", headers: { ...HOST, ...framing } });
  for (let at = 0; at < sent.length; at += 100_000) outgoing.write(sent.subarray(at, at + 100_000));
  outgoing.end();
  const incoming = await answerTo(outgoing);
  expect(incoming.headers["content-length"]).toBe(framing["content-length"]);
  expect(sha(await buffer(incoming))).toBe(sha(sent));
});

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 768;
/** What the buffers of two loopback connections may hold, far less than the 48 MB that are sent. */
const MAX_AHEAD_BYTES = 24 * 1024 * 1024;

/** Counts how far a sender gets ahead of its reader. */
function lead() {
  let ahead = 0;
  let most = 0;
  return {
    sent(bytes: number) {
      ahead += bytes;
      most = Math.max(most, ahead);
    },
    received(bytes: number) {
      ahead -= bytes;
    },
    get most() {
      return most;
    },
    get ahead() {
      return ahead;
    },
  };
}

test("a reader that is slow holds an upstream back that is quick", async () => {
  const counted = lead();
  await using mesh = await throughMesh((_, outgoing) => {
    let left = CHUNKS;
    const more = (): void => {
      while (left > 0) {
        left--;
        counted.sent(CHUNK.length);
        if (!outgoing.write(CHUNK)) {
          outgoing.once("drain", more);
          return;
        }
      }
      outgoing.end();
    };
    more();
  });
  const outgoing = mesh.ask();
  outgoing.end();
  for await (const chunk of await answerTo(outgoing)) {
    counted.received((chunk as Buffer).length);
    await setImmediate();
  }
  expect(counted.ahead).toBe(0);
  expect(counted.most).toBeLessThan(MAX_AHEAD_BYTES);
});

test("an upstream that is slow holds a client back that is quick", async () => {
  const counted = lead();
  await using mesh = await throughMesh((incoming, outgoing) => {
    const drain = async (): Promise<void> => {
      for await (const chunk of incoming) {
        counted.received((chunk as Buffer).length);
        await setImmediate();
      }
      outgoing.end("all of it");
    };
    void drain();
  });
  const outgoing = mesh.ask({ method: "POST", headers: { ...HOST, "transfer-encoding": "chunked" } });
  const answer = answerTo(outgoing);
  for (let i = 0; i < CHUNKS; i++) {
    counted.sent(CHUNK.length);
    if (!outgoing.write(CHUNK)) await once(outgoing, "drain");
  }
  outgoing.end();
  expect(await text(await answer)).toBe("all of it");
  expect(counted.ahead).toBe(0);
  expect(counted.most).toBeLessThan(MAX_AHEAD_BYTES);
});

test("a client that goes away in the middle of an answer cancels it upstream", async () => {
  const gone = Promise.withResolvers<boolean>();
  await using mesh = await throughMesh((_, outgoing) => {
    outgoing.once("close", () => gone.resolve(outgoing.writableFinished));
    outgoing.write("the beginning");
  });
  const outgoing = mesh.ask();
  outgoing.end();
  const incoming = await answerTo(outgoing);
  await once(incoming, "data");
  outgoing.destroy();
  expect(await gone.promise).toBe(false);
  await expect.poll(() => mesh.edge.http.active).toBe(0);
  expect(mesh.plane.cluster("a")?.thresholds.active("default").requests).toBe(0);
});

test("a client that goes away in the middle of its upload cancels it upstream", async () => {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<unknown>();
  await using mesh = await throughMesh((incoming) => {
    incoming.once("data", () => begun.resolve());
    incoming.once("error", gone.resolve);
  });
  const outgoing = mesh.ask({ method: "POST", headers: { ...HOST, "content-length": "10" } });
  outgoing.on("error", () => {});
  outgoing.write("12345");
  await begun.promise;
  outgoing.destroy();
  expect(await gone.promise).toMatchObject({ code: "ECONNRESET" });
  await expect.poll(() => mesh.edge.http.active).toBe(0);
});

test.each([
  ["with a length", { "content-length": "10" }],
  ["chunked", { "transfer-encoding": "chunked" }],
])("an answer that is cut off upstream is cut off for the client too, %s", async (_, framing) => {
  await using mesh = await throughMesh((_incoming, outgoing) => {
    outgoing.writeHead(200, framing);
    outgoing.write("12345", () => outgoing.destroy());
  });
  const outgoing = mesh.ask();
  outgoing.end();
  const incoming = await answerTo(outgoing);
  expect(incoming.statusCode).toBe(200);
  await expect(text(incoming)).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("trailers of an answer arrive", async () => {
  await using mesh = await throughMesh((_, outgoing) => {
    outgoing.writeHead(200, { trailer: "x-sum" });
    outgoing.write("body");
    outgoing.addTrailers({ "x-sum": "4" });
    outgoing.end();
  });
  const outgoing = mesh.ask();
  outgoing.end();
  const incoming = await answerTo(outgoing);
  expect(await text(incoming)).toBe("body");
  expect(incoming.trailers).toEqual({ "x-sum": "4" });
});

test.each([
  ["HEAD", 200, { "content-length": "10" }, "10"],
  ["GET", 204, {}, undefined],
  ["GET", 304, { etag: '"1"' }, undefined],
  ["GET", 200, { "content-length": "0" }, "0"],
])("%s %i comes without a body, and its connection goes on", async (method, status, headers, length) => {
  await using mesh = await throughMesh((_, outgoing) => outgoing.writeHead(status, headers).end());
  for (let i = 0; i < 2; i++) {
    const outgoing = mesh.ask({ method });
    outgoing.end();
    const incoming = await answerTo(outgoing);
    expect([incoming.statusCode, incoming.headers["content-length"], await text(incoming)]).toEqual([
      status,
      length,
      "",
    ]);
  }
  expect(mesh.edge.http.connections).toBe(1);
});

test("an upload waits for 100-continue, which is this hop's alone", async () => {
  let expectation: unknown = "not asked";
  await using mesh = await throughMesh((incoming, outgoing) => {
    expectation = incoming.headers.expect;
    incoming.pipe(outgoing);
  });
  const outgoing = mesh.ask({
    method: "POST",
    headers: { ...HOST, expect: "100-continue", "content-length": "4" },
  });
  outgoing.flushHeaders();
  await once(outgoing, "continue");
  outgoing.end("body");
  expect(await text(await answerTo(outgoing))).toBe("body");
  expect(expectation).toBeUndefined();
});

test("an answer may come before the upload is over", async () => {
  await using mesh = await throughMesh((_, outgoing) => {
    outgoing.writeHead(413, { connection: "close" }).end("too large");
  });
  using client = await rawClient(mesh.edge.port);
  client.write("POST / HTTP/1.1\r\nhost: orders.test\r\ncontent-length: 1000\r\n\r\nthe beginning");
  expect(await client.until(/too large/)).toMatch(/^HTTP\/1\.1 413 /);
});

test("a request without a length has no body, and none is announced upstream", async () => {
  let framing: unknown[] = [];
  await using mesh = await throughMesh((incoming, outgoing) => {
    framing = [incoming.headers["content-length"], incoming.headers["transfer-encoding"]];
    outgoing.end();
  });
  using client = await rawClient(mesh.edge.port);
  client.write("GET / HTTP/1.1\r\nhost: orders.test\r\nconnection: close\r\n\r\n");
  await client.closed;
  expect(framing).toEqual([undefined, undefined]);
});

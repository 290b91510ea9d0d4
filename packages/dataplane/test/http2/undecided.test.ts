import { once } from "node:events";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { bytesBody, createHeaders, type Request, type Response, type Service } from "@dualmesh/core";
import { manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { startEdge } from "../http/edge.ts";
import { rawClient } from "../http/raw-client.ts";

const answer: Service<Request, Response> = async () => ({
  head: { status: 200, headers: createHeaders() },
  body: bytesBody("ok"),
});

test("half a preface has the time of a head, and a connection that says nothing that of an idle one", async () => {
  const clock = manualClock();
  await using edge = await startEdge(answer, {
    protocol: "auto",
    clock,
    requestHeadersTimeoutMs: 1_000,
    idleTimeoutMs: 8_000,
  });
  using half = await rawClient(edge.port);
  using silent = await rawClient(edge.port);
  half.write("PRI * HT");
  await expect.poll(() => clock.pendingTimers).toBe(2);
  clock.advance(1_000);
  expect(await half.closed).toBe("");
  await expect.poll(() => edge.http.connections).toBe(1);
  for (let i = 0; i < 10; i++) clock.advance(1_000);
  expect(await silent.closed).toBe("");
  await expect.poll(() => edge.http.connections).toBe(0);
});

test("a drain ends undecided connections, also of clients that never end their half", async () => {
  await using edge = await startEdge(answer, { protocol: "auto" });
  using client = await rawClient(edge.port);
  client.socket.allowHalfOpen = true;
  client.write("PRI * HT");
  await expect.poll(() => edge.http.connections).toBe(1);
  edge.http.drain();
  await expect.poll(() => edge.http.connections).toBe(0);
});

test("a client of HTTP/2 that comes while its server drains is answered once, and told GOAWAY", async () => {
  await using edge = await startEdge(answer, { protocol: "auto" });
  edge.http.drain();
  const client = connect(`http://127.0.0.1:${edge.port}`);
  const told = once(client, "goaway");
  expect(await text(client.request())).toBe("ok");
  await told;
  await expect.poll(() => edge.http.connections).toBe(0);
});

test("a preface may come byte by byte, and is none when it ends otherwise", async () => {
  await using edge = await startEdge(answer, { protocol: "auto" });
  using client = await rawClient(edge.port);
  client.socket.setNoDelay(true);
  for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
    client.write(byte);
    await setImmediate();
  }
  // The first byte of SETTINGS: no answer of HTTP/1.
  expect((await client.until(/./s)).charCodeAt(0)).toBe(0);
  using other = await rawClient(edge.port);
  other.write("PRI * HTTP/2.1\r\n\r\n");
  expect(await other.closed).toMatch(/^HTTP\/1\.1 [45]/);
});

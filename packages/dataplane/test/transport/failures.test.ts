import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BodyPipe } from "@dualmesh/core";
import { bodyText, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createHttp1Transport } from "../../src/index.ts";
import { freePort, startUpstream } from "../static-plane.ts";
import { attempt, loopback, type Result } from "./attempt.ts";
import { rawPeer } from "./raw-peer.ts";

const WHOLE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

test("a port on which nobody listens is a connection failure, and nothing was executed", async () => {
  const transport = createHttp1Transport();
  const result = await attempt(transport, loopback(await freePort()));
  expect(result).toMatchObject({
    kind: "failed",
    failure: "connect-failure",
    reset: { code: "UNAVAILABLE", flag: "UF", execution: "not-executed" },
  });
  await transport.close();
});

test("why no connection came about is in the message and the details, and not in what the client is told", async () => {
  const transport = createHttp1Transport();
  const port = await freePort();
  const { reset } = (await attempt(transport, loopback(port))) as Extract<Result, { kind: "failed" }>;
  const reply =
    "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure";
  const why = `connect ECONNREFUSED 127.0.0.1:${port}`;
  expect(reset).toMatchObject({
    message: `${reply}, transport failure reason: ${why}`,
    details: `upstream_reset_before_response_started{remote connection failure|${why}}`,
    reply,
    cause: { code: "ECONNREFUSED" },
  });
  await transport.close();
});

test("a socket that is not there is a connection failure, too", async () => {
  const transport = createHttp1Transport();
  const result = await attempt(transport, { kind: "pipe", path: join(tmpdir(), "dualmesh-no-such.sock") });
  expect(result).toMatchObject({
    failure: "connect-failure",
    reset: { flag: "UF", execution: "not-executed" },
  });
  await transport.close();
});

const onRequest = (answer: (socket: Socket) => void) => (socket: Socket) =>
  socket.once("data", () => answer(socket));

test.each([
  ["cut by RST", (socket: Socket) => socket.resetAndDestroy()],
  ["closed", (socket: Socket) => socket.end()],
  ["closed within the head", (socket: Socket) => socket.end("HTTP/1.1 200 O")],
])("a connection that is %s after the request leaves it in doubt", async (_, answer) => {
  await using peer = await rawPeer(onRequest(answer));
  const transport = createHttp1Transport();
  const result = await attempt(transport, loopback(peer.port));
  expect(result).toMatchObject({ failure: "reset", reset: { flag: "UC", execution: "in-doubt" } });
  await transport.close();
});

test.each([
  ["no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["a status that is none", "HTTP/1.1 abc OK\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  ["a field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"],
  ["a head without end", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(70_000)}`],
])("an answer that is no valid response is a protocol error: %s", async (_, bytes) => {
  await using peer = await rawPeer(onRequest((socket) => socket.write(bytes)));
  const transport = createHttp1Transport();
  const result = await attempt(transport, loopback(peer.port));
  expect(result).toMatchObject({ failure: "protocol-error", reset: { flag: "UPE", execution: "in-doubt" } });
  await transport.close();
});

test("a body that is cut off resets its reader, and ends the attempt as reset", async () => {
  await using peer = await rawPeer(
    onRequest((socket) =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345", () => socket.end()),
    ),
  );
  const transport = createHttp1Transport();
  const result = await attempt(transport, loopback(peer.port));
  const { response, ended } = result as Extract<Result, { kind: "responded" }>;
  expect(response.head.status).toBe(200);
  await expect(bodyText(response.body)).rejects.toMatchObject({ flag: "UC", execution: "in-doubt" });
  expect(await ended).toMatchObject({
    flag: "UC",
    details: "upstream_reset_after_response_started{connection termination}",
  });
  await transport.close();
});

test("a body without length ends with its connection", async () => {
  await using peer = await rawPeer(onRequest((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nall of it")));
  const transport = createHttp1Transport();
  const result = await attempt(transport, loopback(peer.port));
  const { response, ended } = result as Extract<Result, { kind: "responded" }>;
  expect(await bodyText(response.body)).toBe("all of it");
  expect(await ended).toBeUndefined();
  await transport.close();
});

test("connections are kept, and one that went away is replaced", async () => {
  await using peer = await rawPeer((socket, place) =>
    socket.on("data", () => socket.write(WHOLE, () => place === 1 || socket.end())),
  );
  const events: string[] = [];
  const closed = Promise.withResolvers<void>();
  const transport = createHttp1Transport({
    onConnection(event) {
      events.push(event);
      if (event === "closed") closed.resolve();
    },
  });
  const text = async (): Promise<string> => {
    const result = await attempt(transport, loopback(peer.port));
    const body = await bodyText((result as Extract<Result, { kind: "responded" }>).response.body);
    // A connection is free again at the end of the turn in which its answer ended.
    await new Promise((resolve) => setImmediate(resolve));
    return body;
  };
  expect([await text(), await text()]).toEqual(["ok", "ok"]);
  expect(peer.accepted).toBe(1);
  transport.release(loopback(peer.port));
  await closed.promise;
  expect(await text()).toBe("ok");
  expect(peer.accepted).toBe(2);
  await transport.close();
  expect(events.slice(0, 3)).toEqual(["opened", "closed", "opened"]);
});

test("what cannot be written fails that attempt alone, before anything is sent", async () => {
  await using upstream = await startUpstream((_, response) => response.end("ok"));
  const transport = createHttp1Transport();
  const bad = await attempt(
    transport,
    loopback(upstream.port),
    textRequest({ headers: { "x-bad": "a\nb" } }),
  );
  expect(bad).toMatchObject({ kind: "failed", reset: { execution: "not-executed" } });
  const good = await attempt(transport, loopback(upstream.port));
  expect(good).toMatchObject({ kind: "responded" });
  await transport.close();
});

test("an attempt that is given up while it waits for its connection never reaches the upstream", async () => {
  let asked = 0;
  await using upstream = await startUpstream((_, response) => {
    asked++;
    response.end();
  });
  const transport = createHttp1Transport();
  const body = new BodyPipe({ onCancel: () => cancelled.resolve() });
  const cancelled = Promise.withResolvers<void>();
  const never = (): void => {
    throw new Error("the observer of an attempt that was given up is told nothing");
  };
  const open = transport.open(loopback(upstream.port), textRequest({ body }), {
    responded: never,
    failed: never,
    ended: never,
  });
  open.cancel({ code: "CANCELLED", flag: "DC", execution: "in-doubt", message: "not wanted" });
  await cancelled.promise;
  await attempt(transport, loopback(upstream.port));
  expect(asked).toBe(1);
  await transport.close();
});

test("Unix sockets are endpoints like any other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dualmesh-"));
  const path = join(folder, "app.sock");
  const server = createServer((request, response) => response.end(request.headers.host));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const transport = createHttp1Transport();
  const result = await attempt(transport, { kind: "pipe", path });
  expect(await bodyText((result as Extract<Result, { kind: "responded" }>).response.body)).toBe(
    "orders.test",
  );
  await transport.close();
  server.close();
  await rm(folder, { recursive: true });
});

import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { BoltFrame, bolt } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall, writeDubboFrame } from "@dualmesh/codecs/dubbo";
import { createCall, type Request, type Response } from "@dualmesh/core";
import { createCertificateAuthority } from "@dualmesh/testkit/certificates";
import { describe, expect, test } from "vitest";
import {
  createRpcChannel,
  createRpcServer,
  type FrameServiceOptions,
  frameOf,
  frameRequest,
  frameResponse,
} from "../src/index.ts";
import { boltRequest, boltResponse } from "./bolt-messages.ts";

/** Gives each request's body back, in its protocol. */
async function echo(request: Request): Promise<Response> {
  const frame = frameOf(request);
  if (frame instanceof BoltFrame) return frameResponse(boltResponse(frame, String(frame.body)), bolt);
  return frameResponse(
    writeDubboFrame({ status: 20, id: frame?.id ?? 0, body: Buffer.from("92", "hex") }),
    dubbo,
  );
}

const serverWith = (options: Partial<FrameServiceOptions> = {}) =>
  createRpcServer({ codecs: [bolt, dubbo], service: echo, ...options });
const bodyOf = (response: Response) =>
  `${response.head.status} ${frameOf(response)?.body ?? response.head.local?.message}`;

describe("one port", () => {
  test("serves clients of each protocol, told apart by their first bytes", async () => {
    await using server = serverWith();
    const address = await server.listen({ port: 0, host: "127.0.0.1" });
    await using bolts = createRpcChannel({ codec: bolt, address });
    await using dubbos = createRpcChannel({ codec: dubbo, address });
    const call = writeDubboCall({ id: 0, service: "a", method: "b" });
    expect(bodyOf(await bolts(frameRequest(boltRequest("abc")), createCall()))).toBe("200 abc");
    expect(frameOf(await dubbos(frameRequest(call), createCall()))).toMatchObject({
      protocol: "dubbo",
      status: 20,
    });
    expect(server.connections).toBe(2);
  });

  test("closes the door on whoever speaks neither", async () => {
    await using server = serverWith();
    const { port } = (await server.listen({ port: 0, host: "127.0.0.1" })) as { readonly port: number };
    const socket = connect(port, "127.0.0.1");
    socket.end("GET / HTTP/1.1\r\n\r\n");
    await new Promise((resolve) =>
      socket
        .once("close", resolve)
        .on("error", () => {})
        .resume(),
    );
    expect(server.connections).toBe(0);
  });

  test("may be a Unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rpc-"));
    try {
      await using server = serverWith();
      const address = await server.listen({ path: join(folder, "rpc.sock") });
      await using channel = createRpcChannel({ codec: bolt, address: `unix:${join(folder, "rpc.sock")}` });
      expect(address).toEqual({ path: join(folder, "rpc.sock") });
      expect(bodyOf(await channel(frameRequest(boltRequest("abc")), createCall()))).toBe("200 abc");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("under load each call has its own answer, whatever its length", async () => {
  await using server = serverWith();
  const address = await server.listen({ port: 0, host: "127.0.0.1" });
  await using channel = createRpcChannel({
    codec: bolt,
    address,
    limits: { maxQueuedBytes: 64 * 1024 * 1024 },
  });
  const texts = Array.from({ length: 3_000 }, (_, i) => `${i} `.repeat((i * 7919) % 3_000));
  const echoed = texts.map(async (text, i) => {
    // In turns, so that buffers are used again while others are under way.
    for (let turn = 0; turn < i % 40; turn++) await setImmediate();
    return bodyOf(await channel(frameRequest(boltRequest(text)), createCall())) === `200 ${text}`;
  });
  expect((await Promise.all(echoed)).filter((isSame) => !isSame)).toEqual([]);
});

test("TLS: a client takes only a server that proves its name, within the time for connecting", async () => {
  const authority = createCertificateAuthority();
  const { privateKey: key, certificate: cert } = authority.issue({ dns: ["localhost"] });
  await using server = serverWith({ tls: { key, cert } });
  const { port } = (await server.listen({ port: 0, host: "127.0.0.1" })) as { readonly port: number };
  await using channel = createRpcChannel({
    codec: bolt,
    address: `localhost:${port}`,
    tls: { ca: authority.certificate },
  });
  expect(bodyOf(await channel(frameRequest(boltRequest("abc")), createCall()))).toBe("200 abc");
  await using distrustful = createRpcChannel({ codec: bolt, address: `localhost:${port}`, tls: true });
  const refused = await distrustful(frameRequest(boltRequest("abc")), createCall());
  expect(refused.head.local).toMatchObject({ code: "UNAVAILABLE", flag: "UF", execution: "not-executed" });
});

test("a server that closes finishes what is under way, and its client loses nothing", async () => {
  const gate = Promise.withResolvers<void>();
  const server = serverWith({
    service: async (request) => {
      await gate.promise;
      return echo(request);
    },
  });
  const address = await server.listen({ port: 0, host: "127.0.0.1" });
  await using channel = createRpcChannel({ codec: bolt, address });
  const answers = Array.from({ length: 5 }, (_, i) =>
    channel(frameRequest(boltRequest(`${i}`)), createCall()),
  );
  await expect.poll(() => server.activeCalls).toBe(5);
  const closed = server.close();
  gate.resolve();
  expect((await Promise.all(answers)).map(bodyOf)).toEqual(["200 0", "200 1", "200 2", "200 3", "200 4"]);
  await closed;
  const refused = await channel(frameRequest(boltRequest("late")), createCall());
  expect(refused.head.local).toMatchObject({ code: "UNAVAILABLE", flag: "UF", execution: "not-executed" });
});

test("what is not over in time is cut off, and in doubt", async () => {
  const server = serverWith({ service: () => new Promise(() => {}) });
  const address = await server.listen({ port: 0, host: "127.0.0.1" });
  await using channel = createRpcChannel({ codec: bolt, address });
  const answer = channel(frameRequest(boltRequest("a")), createCall());
  await expect.poll(() => server.activeCalls).toBe(1);
  await server.close({ timeoutMs: 1 });
  expect((await answer).head.local).toMatchObject({ flag: "UC", execution: "in-doubt" });
});

test.each([
  [{ maxConcurrentCalls: 0 }, "rpc: maxConcurrentCalls is an integer from 1, got 0"],
  [{ detectTimeoutMs: 0 }, "rpc server: detectTimeoutMs must be over 0 ms, got 0"],
  [{ idleTimeoutMs: -1 }, "rpc server: idleTimeoutMs must be over 0 ms, got -1"],
  [{ codecs: [] }, "detector: at least one protocol is allowed, got none"],
])("options out of their range are refused: %j", (options, message) => {
  expect(() => serverWith(options)).toThrow(message);
});

import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createKeepalive } from "../src/client/keepalive.ts";
import { openGrpcStream, type XdsStreamStatus } from "../src/index.ts";
import { cleanUp, engine, later, listen, listenHttp2 } from "./grpc-fixture.ts";

afterEach(cleanUp);

describe("hostile servers over gRPC", () => {
  test("a message that says to have 100 MB is refused before it has come", async () => {
    const server = http2.createServer();
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      const head = Buffer.alloc(5);
      head.writeUInt32BE(100_000_000, 1);
      stream.write(head);
      stream.on("error", () => {});
    });
    const port = await listenHttp2(server);
    const status = await new Promise<{ code: string; message: string }>((resolve) => {
      const open = openGrpcStream({ maxMessageBytes: 1_000_000 });
      open(
        { kind: "tcp", address: `127.0.0.1:${port}` },
        { onOpen() {}, onMessage() {}, onEnd: (ended) => resolve(ended) },
      );
    });
    expect(status.code).toBe("RESOURCE_EXHAUSTED");
    expect(status.message).toMatch(/100000000/);
  });

  test("a server that hangs is noticed by its silence to a ping", async () => {
    const { address } = await listen(engine());
    const frozen: (() => void)[] = [];
    const between = net.createServer((near) => {
      const far = net.connect(Number(address.split(":")[1]), "127.0.0.1");
      near.pipe(far).pipe(near);
      frozen.push(() => far.unpipe(near));
      later(() => near.destroy());
      later(() => far.destroy());
      for (const socket of [near, far]) socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    later(() => between.close());
    const port = (between.address() as AddressInfo).port;
    const status = await new Promise<XdsStreamStatus>((resolve) => {
      const open = openGrpcStream({ maxMessageBytes: 1_000, keepaliveMs: 50, keepaliveTimeoutMs: 50 });
      const onOpen = (): void => {
        for (const freeze of frozen) freeze();
      };
      open({ kind: "tcp", address: `127.0.0.1:${port}` }, { onOpen, onMessage() {}, onEnd: resolve });
    });
    expect(status.code).toBe("UNAVAILABLE");
  });

  test("a complaint of too many pings is told from one of a long message", async () => {
    const server = http2.createServer();
    server.on("session", (session) => {
      session.on("error", () => {});
      session.on("ping", () => {
        session.goaway(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from("too_many_pings"));
        session.destroy(undefined, http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
      });
    });
    server.on("stream", (stream) => stream.on("error", () => {}));
    const port = await listenHttp2(server);
    const address = `127.0.0.1:${port}`;
    const status = await new Promise<XdsStreamStatus>((resolve) => {
      const open = openGrpcStream({ maxMessageBytes: 1_000, keepaliveMs: 50 });
      open({ kind: "tcp", address }, { onOpen() {}, onMessage() {}, onEnd: resolve });
    });
    const keepalive = createKeepalive(50);
    keepalive.ended(address, status);
    expect(keepalive.intervalMs(address)).toBe(100);
  });
});

describe("keepalive", () => {
  test("the interval is doubled for a server that complains, up to five minutes, and for no other", () => {
    const keepalive = createKeepalive(100_000);
    const calm = { code: "RESOURCE_EXHAUSTED", message: "Bandwidth exhausted" } as const;
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      keepalive.ended("a:1", calm);
      seen.push(keepalive.intervalMs("a:1"));
    }
    expect(seen).toEqual([200_000, 300_000, 300_000]);
    expect(keepalive.intervalMs("b:1")).toBe(100_000);
  });

  test.each([
    ["UNAVAILABLE", "gone"],
    ["RESOURCE_EXHAUSTED", "Received message larger than max (2 vs 1)"],
  ] as const)("%s, %s: is no complaint of pings", (code, message) => {
    const keepalive = createKeepalive(30_000);
    keepalive.ended("a:1", { code, message });
    expect(keepalive.intervalMs("a:1")).toBe(30_000);
  });
});

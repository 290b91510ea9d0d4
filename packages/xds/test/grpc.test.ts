import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import { createKeepalive } from "../src/client/keepalive.ts";
import {
  createXdsClient,
  openGrpcStream,
  type ResourceState,
  type XdsClient,
  type XdsStreamStatus,
  type XdsTarget,
} from "../src/index.ts";
import { createSnapshot, createXdsServer, type Listening, type XdsServer } from "../src/server/index.ts";
import { sampleTypes } from "./sample-types.ts";
import { cluster, endpoints, listener, route } from "./server-peer.ts";

const { CDS, EDS } = TYPE_URL;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function engine(revision = 1): XdsServer {
  const server = createXdsServer({ group: () => "g", controlPlane: "test" });
  server.setSnapshot(
    "g",
    createSnapshot([cluster("a", revision), endpoints("a", revision), listener("l"), route("r", "a")]),
  );
  return server;
}

async function listen(server: XdsServer, port = 0): Promise<Listening> {
  const listening = await server.listen({ host: "127.0.0.1", port });
  cleanups.push(() => listening.close());
  return listening;
}

function connect(target: XdsTarget): XdsClient {
  // Fast back-off: these tests run in real time.
  const client = createXdsClient({ node: { id: "web-1" }, target, types: sampleTypes, random: () => 0 });
  cleanups.push(() => client[Symbol.asyncDispose]());
  return client;
}

/** Waits until a resource is in a state that fits. */
function until(
  client: XdsClient,
  typeUrl: string,
  name: string,
  fits: (state: ResourceState) => boolean,
): Promise<ResourceState> {
  return new Promise((resolve) => {
    let done = false;
    const watch = client.watch(typeUrl, name, (state) => {
      if (done || !fits(state)) return;
      done = true;
      resolve(state);
      queueMicrotask(() => watch[Symbol.dispose]());
    });
  });
}

const has =
  (revision: number) =>
  (state: ResourceState): boolean =>
    state.kind === "present" && (state.value as { revision: number }).revision === revision;

describe("over grpc-js on loopback", () => {
  test("the client gets what the server has, and what changes; ACKs arrive", async () => {
    const server = engine();
    const { address } = await listen(server);
    const client = connect({ kind: "tcp", address });
    client.watch(EDS, "a", () => {});
    await until(client, CDS, "a", has(1));
    await until(client, EDS, "a", has(1));
    server.setSnapshot("g", createSnapshot([cluster("a", 2), endpoints("a", 2)]));
    await until(client, CDS, "a", has(2));
    await until(client, EDS, "a", has(2));
    await expect
      .poll(() => server.nodes()[0]?.types.find((type) => type.typeUrl === EDS)?.ackedVersion)
      .toBe(server.snapshot("g")?.types.get(EDS)?.version);
    expect(server.nodes()).toMatchObject([{ id: "web-1", group: "g" }]);
  });

  test("a NACK reaches the server with its problems", async () => {
    const nacks: string[] = [];
    const server = createXdsServer({ group: () => "g", onNack: ({ message }) => nacks.push(message) });
    server.setSnapshot("g", createSnapshot([cluster("bad")]));
    const { address } = await listen(server);
    await until(connect({ kind: "tcp", address }), CDS, "bad", (state) => state.kind === "invalid");
    await expect.poll(() => nacks).toEqual(['cluster "bad": bad is refused']);
  });

  test("a server that is killed and comes back is found again; values stay meanwhile", async () => {
    const first = await listen(engine());
    const client = connect({ kind: "tcp", address: first.address });
    const seen: string[] = [];
    client.watch(CDS, "a", (state) => seen.push(state.kind));
    await until(client, CDS, "a", has(1));
    await first.close();
    await expect.poll(() => client.status().connections[0]?.state).toBe("waiting");
    await listen(engine(2), Number(first.address.split(":")[1]));
    await until(client, CDS, "a", has(2));
    expect(seen).toEqual(["waiting", "present", "present"]);
  });

  test("retarget: from one server to another and back, nothing is lost", async () => {
    const one = await listen(engine(1));
    const two = await listen(engine(2));
    const client = connect({ kind: "tcp", address: one.address });
    const seen: string[] = [];
    client.watch(CDS, "a", (state) => seen.push(state.kind));
    await until(client, CDS, "a", has(1));
    client.retarget({ kind: "tcp", address: two.address });
    await until(client, CDS, "a", has(2));
    client.retarget({ kind: "tcp", address: one.address });
    await until(client, CDS, "a", has(1));
    expect(seen).toEqual(["waiting", "present", "present", "present"]);
    expect(client.status().connections).toMatchObject([{ target: one.address, answered: true }]);
  });

  test("over a Unix socket", async () => {
    const folder = await mkdtemp(join(tmpdir(), "xds-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const listening = await engine().listen({ path: join(folder, "ads.sock") });
    cleanups.push(() => listening.close());
    expect(listening.address).toBe(`unix:${join(folder, "ads.sock")}`);
    await until(connect({ kind: "unix", address: join(folder, "ads.sock") }), CDS, "a", has(1));
  });

  test("the service goes onto a gRPC server of one's own, beside others", async () => {
    const { definition, handlers } = engine().service;
    const own = new Server();
    own.addService(definition, handlers);
    const port = await new Promise<number>((resolve, reject) => {
      own.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    cleanups.push(() => own.forceShutdown());
    await until(connect({ kind: "tcp", address: `127.0.0.1:${port}` }), CDS, "a", has(1));
  });

  test("the metadata of a target is sent", async () => {
    const server = http2.createServer();
    const seen = new Promise<unknown>((resolve) =>
      server.on("stream", (_, headers) => resolve(headers["x-token"])),
    );
    const port = await listenHttp2(server);
    connect({ kind: "tcp", address: `127.0.0.1:${port}`, metadata: [["x-token", "t1"]] }).watch(
      CDS,
      "a",
      () => {},
    );
    expect(await seen).toBe("t1");
  });

  describe("with TLS", () => {
    const pem = (name: string): string => fileURLToPath(new URL(`vectors/tls/${name}.pem`, import.meta.url));
    const file = (name: string) => ({ kind: "file", path: pem(name) }) as const;

    async function listenTls(clientCa?: Buffer): Promise<string> {
      const listening = await engine().listen({
        host: "127.0.0.1",
        port: 0,
        tls: {
          certificateChain: readFileSync(pem("server")),
          privateKey: readFileSync(pem("server-key")),
          ...(clientCa === undefined ? {} : { clientCa }),
        },
      });
      cleanups.push(() => listening.close());
      return listening.address;
    }

    test("the server is verified by its name", async () => {
      const tls = { trustedCa: file("ca"), serverName: "control-plane.test" };
      await until(connect({ kind: "tcp", address: await listenTls(), tls }), CDS, "a", has(1));
    });

    test("a server of another name is refused", async () => {
      const tls = { trustedCa: file("ca"), serverName: "other.test" };
      const client = connect({ kind: "tcp", address: await listenTls(), tls });
      const state = await until(
        client,
        CDS,
        "a",
        (one) => one.kind === "waiting" && one.reason !== undefined,
      );
      expect(state).toMatchObject({ reason: expect.stringMatching(/other\.test/) });
    });

    test("a client certificate is shown where one is asked for", async () => {
      const address = await listenTls(readFileSync(pem("ca")));
      const ca = { kind: "inline", pem: readFileSync(pem("ca"), "utf8") } as const;
      const tls = {
        trustedCa: ca,
        serverName: "control-plane.test",
        certificateChain: file("client"),
        privateKey: file("client-key"),
      };
      await until(connect({ kind: "tcp", address, tls }), CDS, "a", has(1));
      const without = connect({
        kind: "tcp",
        address,
        tls: { trustedCa: ca, serverName: "control-plane.test" },
      });
      await until(without, CDS, "a", (one) => one.kind === "waiting" && one.reason !== undefined);
    });
  });

  test("an address where nobody listens is told with its cause", async () => {
    const client = connect({ kind: "tcp", address: "127.0.0.1:1" });
    const state = await until(client, CDS, "a", (one) => one.kind === "waiting" && one.reason !== undefined);
    expect(state).toMatchObject({
      reason: expect.stringMatching(/127\.0\.0\.1:1: UNAVAILABLE.*ECONNREFUSED/),
    });
  });

  test("a certificate file that is not there is told with its name", async () => {
    const tls = { trustedCa: { kind: "file", path: "/nowhere/ca.pem" } } as const;
    const client = connect({ kind: "tcp", address: "127.0.0.1:1", tls });
    const state = await until(client, CDS, "a", (one) => one.kind === "waiting" && one.reason !== undefined);
    expect(state).toMatchObject({ reason: expect.stringMatching(/\/nowhere\/ca\.pem/) });
  });

  test("an address that is taken is refused in one sentence", async () => {
    const { address } = await listen(engine());
    const port = Number(address.split(":")[1]);
    await expect(engine().listen({ host: "127.0.0.1", port })).rejects.toThrow(
      /cannot listen on 127\.0\.0\.1:\d+/,
    );
  });
});

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
      cleanups.push(
        () => near.destroy(),
        () => far.destroy(),
      );
      for (const socket of [near, far]) socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => between.close());
    const port = (between.address() as AddressInfo).port;
    const status = await new Promise<XdsStreamStatus>((resolve) => {
      const open = openGrpcStream({ maxMessageBytes: 1_000, keepaliveMs: 50, keepaliveTimeoutMs: 50 });
      const onOpen = (): void => frozen.forEach((freeze) => void freeze());
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

async function listenHttp2(server: http2.Http2Server): Promise<number> {
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { scriptedDeltaClient } from "@dualmesh/testkit/xds";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer } from "../src/server/index.ts";
import {
  cleanUp,
  connect,
  engine,
  has,
  later,
  listen,
  listenHttp2,
  until,
  waitsWithReason,
} from "./grpc-fixture.ts";
import { cluster, endpoints } from "./server-peer.ts";

const { CDS, EDS } = TYPE_URL;

afterEach(cleanUp);

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
    later(() => rm(folder, { recursive: true }));
    const listening = await engine().listen({ path: join(folder, "ads.sock") });
    later(() => listening.close());
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
    later(() => own.forceShutdown());
    await until(connect({ kind: "tcp", address: `127.0.0.1:${port}` }), CDS, "a", has(1));
  });

  test("delta is served beside state of the world, and a refused stream ends with its status", async () => {
    const { address } = await listen(engine());
    await until(connect({ kind: "tcp", address }), CDS, "a", has(1));
    await using client = await scriptedDeltaClient(address);
    client.send({ node: { id: "web-2" }, type_url: CDS });
    const response = await client.nextResponse();
    expect(response).toMatchObject({ control_plane: { identifier: "test" }, resources: [{ name: "a" }] });
    client.send({ type_url: "" });
    expect(await client.ended).toEqual({ code: "INVALID_ARGUMENT", details: "a request has no type_url" });
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
      later(() => listening.close());
      return listening.address;
    }

    test("the server is verified by its name", async () => {
      const tls = { trustedCa: file("ca"), serverName: "control-plane.test" };
      await until(connect({ kind: "tcp", address: await listenTls(), tls }), CDS, "a", has(1));
    });

    test("a server of another name is refused", async () => {
      const tls = { trustedCa: file("ca"), serverName: "other.test" };
      const client = connect({ kind: "tcp", address: await listenTls(), tls });
      const state = await until(client, CDS, "a", waitsWithReason);
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
      await until(without, CDS, "a", waitsWithReason);
    });
  });

  test("an address where nobody listens is told with its cause", async () => {
    const client = connect({ kind: "tcp", address: "127.0.0.1:1" });
    const state = await until(client, CDS, "a", waitsWithReason);
    expect(state).toMatchObject({
      reason: expect.stringMatching(/127\.0\.0\.1:1: UNAVAILABLE.*ECONNREFUSED/),
    });
  });

  test("a certificate file that is not there is told with its name", async () => {
    const tls = { trustedCa: { kind: "file", path: "/nowhere/ca.pem" } } as const;
    const client = connect({ kind: "tcp", address: "127.0.0.1:1", tls });
    const state = await until(client, CDS, "a", waitsWithReason);
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

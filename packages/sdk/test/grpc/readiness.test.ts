import { manualClock } from "@dualmesh/testkit";
import * as grpc from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { createMesh } from "../../src/index.ts";
import { bootstrapText, host, listener, ROUTER } from "../bootstrap.ts";
import { askingBootstrap, openControlPlane } from "../control-plane.ts";
import { freePort } from "../server.ts";
import { ask, echoClient, ended } from "./echo-client.ts";
import { startEcho } from "./echo-service.ts";
import { echoBootstrap, http2Cluster, openGrpcMesh } from "./grpc-mesh.ts";

const waiting = (): grpc.Metadata => new grpc.Metadata({ waitForReady: true });

/** Looked for again after a tenth of a second. */
const SOON = { "grpc.initial_reconnect_backoff_ms": 50, "grpc.max_reconnect_backoff_ms": 100 };

/** A server at a port where nobody was before. */
async function startEchoAt(port: number): Promise<AsyncDisposable> {
  const { ECHO_SERVICE, ECHO_HANDLERS } = await import("./echo-service.ts");
  const server = new grpc.Server();
  const { Missing: _, ...served } = ECHO_SERVICE;
  server.addService(served, ECHO_HANDLERS as unknown as grpc.UntypedServiceImplementation);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return { [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

describe("while nobody is there", () => {
  test("a call fails at once, and says why", async () => {
    await using mesh = await openGrpcMesh(echoBootstrap([await freePort()]));
    expect(await ask(mesh.client(), "hello")).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details:
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
      trailers: { "x-dualmesh-execution": "not-executed" },
    });
  });

  test("a call that waits for readiness is answered when somebody comes", async () => {
    const port = await freePort();
    await using mesh = await openGrpcMesh(echoBootstrap([port]));
    const client = mesh.client(SOON);
    const unary = ask(client, "hello", { metadata: waiting() });
    const stream = client.Chat(waiting());
    const heard = new Promise((resolve) => stream.once("data", resolve));
    stream.write("one");
    await expect
      .poll(() => client.getChannel().getConnectivityState(false))
      .toBe(grpc.connectivityState.TRANSIENT_FAILURE);
    await using _server = await startEchoAt(port);
    expect(await unary).toMatchObject({ code: 0, messages: ["hello"] });
    expect(await heard).toBe("re: one");
    const end = ended(stream);
    stream.end();
    expect(await end).toMatchObject({ code: 0 });
    expect(client.getChannel().getConnectivityState(false)).toBe(grpc.connectivityState.READY);
  });

  test("one that waits still has its deadline, and ends with its channel", async () => {
    await using mesh = await openGrpcMesh(echoBootstrap([await freePort()]));
    const client = mesh.client(SOON);
    const deadline = Date.now() + 100;
    const late = await ask(client, "hello", { metadata: waiting(), options: { deadline } });
    expect(late).toMatchObject({ code: grpc.status.DEADLINE_EXCEEDED });
    expect(late.details).toMatch(/^Deadline exceeded after 0\.\d{3}s, waiting for readiness$/);
    const closed = ask(client, "hello", { metadata: waiting() });
    await expect
      .poll(() => client.getChannel().getConnectivityState(false))
      .toBe(grpc.connectivityState.TRANSIENT_FAILURE);
    client.close();
    expect(await closed).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details: "Channel closed before call started",
    });
  });

  test("whoever watches the channel is told of each change, and of its own deadline", async () => {
    const port = await freePort();
    await using mesh = await openGrpcMesh(echoBootstrap([port]));
    const client = mesh.client(SOON);
    const ready = (deadlineMs: number): Promise<Error | undefined> =>
      new Promise((resolve) => client.waitForReady(Date.now() + deadlineMs, resolve));
    expect(await ready(100)).toMatchObject({ message: "Failed to connect before the deadline" });
    const second = ready(10_000);
    await using _server = await startEchoAt(port);
    expect(await second).toBeUndefined();
  });
});

describe("a target that no listener has", () => {
  test("fails its calls with a sentence, and no others", async () => {
    await using server = await startEcho();
    await using mesh = await openGrpcMesh(echoBootstrap([server.port]));
    const stray = echoClient("other:50051", { channelOverride: mesh.mesh.channel("other:50051") });
    expect(await ask(stray, "hello")).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details: 'target "other:50051": no listener of the mesh claims it',
    });
    expect(stray.getChannel().getConnectivityState(true)).toBe(grpc.connectivityState.TRANSIENT_FAILURE);
    const ready = new Promise((resolve) => stray.waitForReady(Date.now() + 100, resolve));
    expect(await ready).toMatchObject({ message: "Failed to connect before the deadline" });
    expect(await ask(mesh.client(), "hello")).toMatchObject({ code: 0 });
    stray.close();
  });

  test("is not claimed, whatever its options: they are for grpc-js's own channel", async () => {
    await using mesh = await openGrpcMesh(echoBootstrap([await freePort()]));
    const options = { "grpc.keepalive_time_ms": "20000" };
    expect(mesh.mesh.claimsTarget("other:50051", undefined, options)).toBe(false);
  });

  test("of another scheme is refused when the channel is made", async () => {
    await using mesh = await openGrpcMesh(echoBootstrap([await freePort()]));
    expect(() => mesh.mesh.channel("unix:/run/a.sock")).toThrow(
      '[INVALID_ARGUMENT] grpc channel: expected a name, "dns:///name" or "xds:///name", got "unix:/run/a.sock"',
    );
  });
});

describe("xds:///", () => {
  const HCM =
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  const virtualHosts = [host("echo", ["*"], { route: { cluster: "echo", timeout: "0s" } })];
  /** For clients in this process alone (gRFC A27). */
  const apiListener = {
    name: "echo.api",
    api_listener: {
      api_listener: {
        "@type": HCM,
        stat_prefix: "echo",
        route_config: { name: "echo", virtual_hosts: virtualHosts },
        http_filters: [ROUTER],
      },
    },
  };

  test("finds an API listener by its name, and what a route claims by its own", async () => {
    await using server = await startEcho();
    const text = bootstrapText({
      listeners: [
        apiListener,
        listener("outbound", "OUTBOUND", [
          host("echo", ["echo:50051"], { route: { cluster: "echo", timeout: "0s" } }),
        ]),
      ],
      clusters: [http2Cluster("echo", server.port)],
    });
    await using mesh = await createMesh({ bootstrap: { text }, mode: "direct" });
    for (const target of ["xds:///echo.api", "xds:///echo:50051"]) {
      const client = echoClient(target, { channelOverride: mesh.channel(target) });
      expect(await ask(client, "hello")).toMatchObject({ code: 0, messages: ["hello"] });
      expect(mesh.claimsTarget(target)).toBe(true);
      client.close();
    }
    expect(mesh.claimsTarget("xds:///nobody")).toBe(true);
    const tls = grpc.credentials.createSsl();
    const encrypted = echoClient("xds:///echo.api", {
      channelOverride: mesh.channel("xds:///echo.api", tls),
    });
    expect(await ask(encrypted, "hello")).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details: expect.stringContaining('cluster "echo", which does not do TLS with verified names') as string,
    });
    encrypted.close();
  });
});

describe("a control plane that names a listener, and never its routes", () => {
  const HTTP =
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  const outbound = {
    name: "outbound",
    traffic_direction: "OUTBOUND",
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: "http",
            typed_config: {
              "@type": HTTP,
              stat_prefix: "outbound",
              rds: { route_config_name: "lost", config_source: { ads: {} } },
              http_filters: [ROUTER],
            },
          },
        ],
      },
    ],
  };

  test("is named by the calls that lack them, before and after it is late", async () => {
    await using parts = new AsyncDisposableStack();
    const controlPlane = await openControlPlane(parts);
    const clock = manualClock({ wallMs: Date.now() });
    const opening = createMesh({
      bootstrap: { text: askingBootstrap(controlPlane.socket) },
      mode: "direct",
      clock,
      whenLate: "open",
      readyTimeoutMs: 1_000,
    });
    let isOpen = false;
    void opening.then(() => {
      isOpen = true;
    });
    await controlPlane.connected;
    controlPlane.name(outbound);
    await expect
      .poll(async () => {
        await clock.advanceAsync(100);
        return isOpen;
      })
      .toBe(true);
    const mesh = parts.use(await opening);
    const client = echoClient("echo:50051", { channelOverride: mesh.channel("echo:50051") });
    const said = 'target "echo:50051": no listener of the mesh claims it; ';
    expect(await ask(client, "hello")).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details: `${said}the configuration is not complete yet`,
    });
    await expect
      .poll(async () => {
        await clock.advanceAsync(1_000);
        return (await ask(client, "hello")).details;
      })
      .toBe(`${said}route configuration "lost": not received within 15 s of asking`);
    client.close();
  });
});

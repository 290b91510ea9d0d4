import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createControlPlane } from "@dualmesh/control-plane";
import { createMesh, type Mesh } from "@dualmesh/sdk";
import { expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { adsBootstrap, staticBootstrap } from "./stage/bootstrap.ts";
import { eventually } from "./stage/eventually.ts";
import { freePort } from "./stage/free-port.ts";
import {
  document,
  edsCluster,
  listener,
  routeConfiguration,
  routesByAds,
  routeTo,
  staticCluster,
} from "./stage/resources.ts";
import { type SidecarProcess, startEnvoy } from "./stage/sidecar-process.ts";
import { ALL_ANSWERED, startSteadyLoad } from "./stage/steady-load.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";
import { UPSTREAM_HEADER } from "./stage/upstream.ts";

/**
 * The application `orders` with the SDK, a caller that finds it by the control plane, and an Envoy that may stand before
 * the application.
 */
async function openStage(binary: string) {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const [planePort, adminPort] = [await freePort(), await freePort()];
  await folder.write(
    "mesh/outbound.json",
    document({
      listeners: [listener("outbound", "OUTBOUND", routesByAds("outbound"))],
      routes: [routeConfiguration("outbound", ["orders"], [routeTo("orders")])],
      clusters: [edsCluster("orders")],
    }),
  );
  const plane = parts.use(
    await createControlPlane({
      config: { folder: `${folder.path}/mesh` },
      listen: { host: "127.0.0.1", port: planePort },
      graceMs: 0,
    }),
  );

  const server = createServer((_, outgoing) => outgoing.setHeader(UPSTREAM_HEADER, "orders").end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const appPort = (server.address() as AddressInfo).port;
  const inbound = { route_config: routeConfiguration("inbound", ["*"], [routeTo("application")]) };
  const bootstrap = await folder.write(
    "orders.json",
    staticBootstrap({
      nodeId: "orders-1",
      cluster: "orders",
      adminPort,
      listeners: [listener("inbound", "INBOUND", inbound)],
      clusters: [staticCluster("application", appPort)],
    }),
  );
  const [registryHost = "", registryPort] = (plane.adminAddress ?? "").split(":");
  const app = parts.use(
    await createMesh({
      bootstrap,
      sidecar: { kind: "tcp", host: "127.0.0.1", port: adminPort },
      registry: { kind: "tcp", host: registryHost, port: Number(registryPort) },
    }),
  );
  app.serve(server);

  const callerFile = await folder.write(
    "caller.json",
    adsBootstrap(planePort, { nodeId: "web-1", adminPort: await freePort() }),
  );
  const caller: Mesh = parts.use(await createMesh({ bootstrap: callerFile, mode: "direct" }));
  const owned = parts.move();
  return {
    appPort,
    app,
    startSidecar: async (): Promise<SidecarProcess> =>
      owned.use(await startEnvoy(binary, { bootstrap, adminPort })),
    call: async (signal: AbortSignal) => {
      const answer = await caller.fetch("http://orders/", { signal });
      await answer.text();
      return answer;
    },
    /** What the control plane's list of workloads says of `orders`. */
    async registered(): Promise<readonly Registered[]> {
      const answer = await fetch(`http://${plane.adminAddress}/workloads`);
      const { workloads } = (await answer.json()) as WorkloadsPage;
      return workloads.flatMap(({ addresses }) =>
        addresses.map(({ port, priority }) => ({ port, priority })),
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface WorkloadsPage {
  readonly workloads: readonly { readonly addresses: readonly Registered[] }[];
}

interface Registered {
  readonly port: number;
  readonly priority: number;
}

describeWithEnvoy("Envoy before an application with the SDK", (binary) => {
  test("is called first, the application second; when Envoy dies, callers fail over and lose no call", async () => {
    await using stage = await openStage(binary);
    const alone = [{ port: stage.appPort, priority: 0 }];
    await eventually(stage.registered).toEqual(alone);
    await using load = startSteadyLoad(stage.call);
    await load.pass(50);

    const envoy = await stage.startSidecar();
    const inboundPort = await envoy.admin.portOf("inbound");
    await eventually(stage.registered).toEqual([
      { port: inboundPort, priority: 0 },
      { port: stage.appPort, priority: 1 },
    ]);
    const had = (): Promise<number> => envoy.admin.stat("http.inbound.downstream_rq_total");
    await eventually(had).toBeGreaterThan(50);
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);

    await using again = startSteadyLoad(stage.call);
    await again.pass(50);
    await envoy.kill();
    await eventually(stage.registered).toEqual(alone);
    await again.pass(50);
    expect(await again.stop()).toMatchObject(ALL_ANSWERED);
  });
});

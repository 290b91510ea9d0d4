import { createControlPlane } from "@dualmesh/control-plane";
import { createMesh, type Mesh, sidecarSocket } from "@dualmesh/sdk";
import { expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { adsBootstrap } from "./stage/bootstrap.ts";
import { eventually } from "./stage/eventually.ts";
import { freePort } from "./stage/free-port.ts";
import {
  assignment,
  document,
  edsCluster,
  listener,
  routeConfiguration,
  routesByAds,
  routeTo,
} from "./stage/resources.ts";
import { type SidecarProcess, startDualmeshSidecar, startEnvoy } from "./stage/sidecar-process.ts";
import { ALL_ANSWERED, startSteadyLoad } from "./stage/steady-load.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";
import { startUpstream, type Upstream } from "./stage/upstream.ts";

/** So long an upstream takes: at each moment some five calls are under way. Milliseconds. */
const DELAY_MS = 20;

/** Our control plane, two upstreams, and an application whose bootstrap is that of whatever sidecar it gets, too. */
async function openStage(binary: string) {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const [planePort, adminPort] = [await freePort(), await freePort()];
  const [a, b] = [
    parts.use(await startUpstream("a", DELAY_MS)),
    parts.use(await startUpstream("b", DELAY_MS)),
  ];
  const serve = (upstream: Upstream): Promise<string> =>
    folder.write(
      "mesh/mesh.json",
      document({
        listeners: [listener("outbound", "OUTBOUND", routesByAds("outbound"))],
        routes: [routeConfiguration("outbound", ["orders"], [routeTo("orders")])],
        clusters: [edsCluster("orders")],
        endpoints: [assignment("orders", upstream.port)],
      }),
    );
  await serve(a);
  parts.use(
    await createControlPlane({
      config: { folder: `${folder.path}/mesh` },
      listen: { host: "127.0.0.1", port: planePort },
    }),
  );
  const bootstrap = await folder.write("web.json", adsBootstrap(planePort, { nodeId: "web-1", adminPort }));
  // No word of a sidecar: it is looked for at its socket, then at the admin address of the bootstrap.
  const mesh: Mesh = parts.use(await createMesh({ bootstrap, runtimeFolder: folder.path }));
  const socket = sidecarSocket(folder.path, "web-1");
  const owned = parts.move();
  return {
    a,
    b,
    mesh,
    serve,
    startOurs: async (): Promise<SidecarProcess> =>
      owned.use(await startDualmeshSidecar({ bootstrap, adminPort }, "--control-socket", socket)),
    startEnvoy: async (): Promise<SidecarProcess> =>
      owned.use(await startEnvoy(binary, { bootstrap, adminPort })),
    /** Who is taken for the sidecar. */
    sidecar: (): string => {
      const presence = mesh.mode.sidecar;
      return presence.kind === "present" ? presence.info.kind : presence.kind;
    },
    call: async (signal: AbortSignal) => {
      const answer = await mesh.fetch("http://orders/", { signal });
      await answer.text();
      return answer;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

describeWithEnvoy("an application under load", (binary) => {
  test("moves from our sidecar to Envoy and back, direct in between, and loses no call", async () => {
    await using stage = await openStage(binary);
    const { mesh } = stage;
    await using load = startSteadyLoad(stage.call);
    const callsBy = async (path: "direct" | "sidecar"): Promise<void> => {
      const before = mesh.mode.calls[path];
      await eventually(() => mesh.mode.calls[path]).toBeGreaterThan(before + 50);
      await load.pass(50);
    };
    await callsBy("direct");

    const ours = await stage.startOurs();
    await eventually(stage.sidecar).toBe("dualmesh");
    await callsBy("sidecar");
    await ours.end();
    await eventually(stage.sidecar).toBe("absent");
    await callsBy("direct");

    const envoy = await stage.startEnvoy();
    await eventually(stage.sidecar).toBe("envoy");
    await callsBy("sidecar");
    // The control plane reaches whoever stands there.
    await stage.serve(stage.b);
    await eventually(() => stage.b.requests).toBeGreaterThan(0);
    expect(await envoy.admin.stat("http.outbound.downstream_rq_total")).toBeGreaterThan(50);
    await envoy.end();
    await eventually(stage.sidecar).toBe("absent");
    await callsBy("direct");

    const again = await stage.startOurs();
    await eventually(stage.sidecar).toBe("dualmesh");
    await callsBy("sidecar");
    await stage.serve(stage.a);
    const before = stage.a.requests;
    await eventually(() => stage.a.requests).toBeGreaterThan(before + 50);
    await again.kill();
    await eventually(stage.sidecar).toBe("absent");
    await callsBy("direct");
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });
});

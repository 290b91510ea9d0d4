import { type ControlPlane, type ControlPlaneEvent, createControlPlane } from "@dualmesh/control-plane";
import { adsBootstrap } from "./bootstrap.ts";
import { freePort } from "./free-port.ts";
import { type Got, httpGet } from "./http-get.ts";
import { document, type Resources } from "./resources.ts";
import { type SidecarProcess, startEnvoy } from "./sidecar-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { startUpstream, UPSTREAM_HEADER, type Upstream } from "./upstream.ts";

/** Our control plane over a folder, two upstreams, and an Envoy that knows nothing but where the control plane is. */
export interface AdsStage extends AsyncDisposable {
  readonly a: Upstream;
  readonly b: Upstream;
  readonly envoy: SidecarProcess;
  /** The one that runs, or ran last. */
  readonly plane: ControlPlane;
  /** What happened in all control planes so far. */
  readonly events: readonly ControlPlaneEvent[];
  /** Replaces what the folder holds. */
  serve(resources: Resources): Promise<void>;
  stopControlPlane(): Promise<void>;
  /** At the same address, with the time of grace that it has by default. */
  startControlPlane(): Promise<void>;
  /** Calls a host through Envoy's listener `outbound`. */
  get(path?: string, signal?: AbortSignal): Promise<Got>;
  /** The upstream that answers a call through Envoy, or the status of Envoy's own answer. */
  answering(path?: string): Promise<string>;
}

/** Starts everything, and waits until Envoy has what `resources` says. */
export async function openAdsStage(
  binary: string,
  resources: (a: Upstream, b: Upstream) => Resources,
): Promise<AdsStage> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const [a, b] = [parts.use(await startUpstream("a")), parts.use(await startUpstream("b"))];
  const [planePort, adminPort] = [await freePort(), await freePort()];
  const events: ControlPlaneEvent[] = [];
  const serve = async (next: Resources): Promise<void> =>
    void (await folder.write("mesh/mesh.json", document(next)));
  const start = (graceMs: number): Promise<ControlPlane> =>
    createControlPlane({
      config: { folder: `${folder.path}/mesh` },
      listen: { host: "127.0.0.1", port: planePort },
      onEvent: (event) => events.push(event),
      graceMs,
    });

  await serve(resources(a, b));
  // The first start knows what there is: nobody has reported to it before.
  let plane = await start(0);
  parts.defer(() => plane[Symbol.asyncDispose]());
  const bootstrap = await folder.write(
    "envoy.json",
    adsBootstrap(planePort, { nodeId: "envoy-1", adminPort }),
  );
  const envoy = parts.use(await startEnvoy(binary, { bootstrap, adminPort }));
  const port = await envoy.admin.portOf("outbound");
  const get = (path?: string, signal?: AbortSignal): Promise<Got> =>
    httpGet(port, { path, signal, headers: ["host", "orders"] });
  const owned = parts.move();
  return {
    a,
    b,
    envoy,
    events,
    serve,
    get,
    get plane() {
      return plane;
    },
    async stopControlPlane() {
      await plane[Symbol.asyncDispose]();
    },
    async startControlPlane() {
      plane = await start(12_000);
    },
    async answering(path) {
      const { status, headers } = await get(path);
      return headers.get(UPSTREAM_HEADER) ?? String(status);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

import type { ControlPlane, ControlPlaneEvent } from "@dualmesh/control-plane";
import { type AdsVariant, adsBootstrap } from "./bootstrap.ts";
import { openFolderPlane } from "./folder-plane.ts";
import { freePort } from "./free-port.ts";
import { type Got, httpGet } from "./http-get.ts";
import type { Resources } from "./resources.ts";
import { type SidecarProcess, startEnvoy } from "./sidecar-process.ts";
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
  variant: AdsVariant = "sotw",
): Promise<AdsStage> {
  await using parts = new AsyncDisposableStack();
  const [a, b] = [parts.use(await startUpstream("a")), parts.use(await startUpstream("b"))];
  const folder = parts.use(await openFolderPlane(resources(a, b)));
  const adminPort = await freePort();
  const bootstrap = await folder.write(
    "envoy.json",
    adsBootstrap(folder.port, { nodeId: "envoy-1", adminPort }, variant),
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
    events: folder.events,
    serve: folder.serve,
    get,
    get plane() {
      return folder.plane;
    },
    stopControlPlane: folder.stop,
    startControlPlane: folder.start,
    async answering(path) {
      const { status, headers } = await get(path);
      return headers.get(UPSTREAM_HEADER) ?? String(status);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

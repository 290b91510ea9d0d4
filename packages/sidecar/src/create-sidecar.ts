import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Clock, Disposals, systemClock, systemRandom } from "@dualmesh/core";
import {
  createDataPlane,
  createExtensionRegistry,
  createNodeReporter,
  dataPlaneTypes,
  type EndpointAddress,
  openNodeSource,
  readNodeConfig,
} from "@dualmesh/dataplane";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { createMetricsStore, type MetricsStore } from "@dualmesh/telemetry";
import { adminPages } from "./admin/admin-pages.ts";
import { openAdmin } from "./admin/admin-server.ts";
import { AcceptedResources } from "./ads/accepted-resources.ts";
import { AdsServer } from "./ads/ads-server.ts";
import { watchControlPlane } from "./control-plane-watch.ts";
import { ListenerSet } from "./listener/listener-set.ts";
import { prepareSocketFolder } from "./listener/socket-folder.ts";
import { RefusalsLog } from "./refusals-log.ts";
import { RunningSidecar } from "./running-sidecar.ts";
import type { Sidecar, SidecarOptions } from "./sidecar.ts";

const STATS_INTERVAL_MS = 5_000;

/** As Envoy's `--drain-time-s`. */
const DRAIN_TIME_MS = 600_000;

/**
 * Starts a sidecar from a bootstrap. It answers on its admin address and its control socket when this settles;
 * {@link Sidecar.ready} says when its listeners accept.
 *
 * ```ts
 * import { parseYaml } from "@dualmesh/envoy-api/yaml";
 * import { createSidecar } from "@dualmesh/sidecar";
 *
 * const bootstrap = parseYaml(
 *   "envoy.config.bootstrap.v3.Bootstrap",
 *   "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}",
 * );
 * await using sidecar = await createSidecar({ bootstrap });
 * await sidecar.ready;
 * console.log(sidecar.status.state, sidecar.admin?.kind); // => LIVE tcp
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with all that is wrong with the bootstrap, `UNAVAILABLE` or `PERMISSION_DENIED`
 * when an address cannot be opened. Nothing is left behind then.
 */
export async function createSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { clock = systemClock, random = systemRandom, log = () => {} } = options;
  const { drainTimeMs = DRAIN_TIME_MS, concurrency = 1 } = options;
  if (concurrency !== 1) {
    throw new RangeError(
      `sidecar: concurrency must be 1, got ${concurrency}: start several sidecars for several workers`,
    );
  }
  if (!(drainTimeMs >= 0))
    throw new RangeError(`sidecar: drainTimeMs must be 0 ms or more, got ${drainTimeMs}`);
  const metrics = options.metrics ?? createMetricsStore();
  const types = dataPlaneTypes(options.registry ?? createExtensionRegistry());
  const config = readNodeConfig({ ...options, anonymousId: "sidecar" }, types);
  const version = await readVersion();
  const hopToken = randomBytes(16).toString("hex");
  const startedMs = clock.now();

  const parts = new Disposals();
  const { source, client, isAnswered } = parts.use(openNodeSource({ config, types, clock, random, metrics }));
  const dataPlane = parts.use(
    createDataPlane({
      source,
      types,
      clusters: config.staticClusters,
      runtime: config.runtime,
      clock,
      random,
      metrics,
    }),
  );
  parts.use(statsIntervals(metrics, clock));
  const refusals = new RefusalsLog(log);
  let ads: AdsServer | undefined;
  const accepted = parts.use(
    new AcceptedResources({
      source,
      types: Object.values(types),
      roots: [
        ...config.staticClusters.map((name) => ({ typeUrl: TYPE_URL.CDS, name })),
        ...config.runtime.flatMap((layer) =>
          layer.kind === "rtds" ? [{ typeUrl: TYPE_URL.RTDS, name: layer.name }] : [],
        ),
      ],
      onChange() {
        refusals.look(accepted.list());
        publish();
        sidecar.look();
      },
    }),
  );
  /** A configuration with holes in it is no better than the one before. */
  const publish = (): void => {
    if (isAnswered() && accepted.isComplete) ads?.publish(accepted.list());
  };
  let inbound = 0;
  const reporter = parts.use(
    createNodeReporter({
      address: options.reportTo,
      cluster: config.node.cluster,
      nodeId: config.node.id,
      kind: "sidecar",
      dataPlane,
      state() {
        const came = inbound;
        inbound = 0;
        return { inbound: { direct: 0, sidecar: came } };
      },
      clock,
    }),
  );
  const listeners = new ListenerSet({
    clock,
    hopToken,
    drainTimeMs,
    log,
    metrics,
    onCall(direction, { head }, call) {
      if (direction === "inbound") inbound++;
      else reporter.observer?.began(head, call, "sidecar");
    },
    isFatal: (name) => !sidecar.isLive && config.staticListeners.has(name),
  });
  const controlPlane = client === undefined ? undefined : parts.use(watchControlPlane(client, clock, log));
  const sidecar: RunningSidecar = new RunningSidecar({
    dataPlane,
    accepted,
    listeners,
    controlPlane,
    isAnswered,
    staticListeners: config.staticListeners,
    drainTimeMs,
    clock,
    log,
    dispose: () => parts[Symbol.asyncDispose](),
  });

  const pages = adminPages({
    version,
    clock,
    startedMs,
    hopToken,
    config,
    sidecar,
    listeners,
    accepted,
    metrics,
    adsPath: () => ads?.path,
  });
  try {
    if (config.admin !== undefined) {
      const server = parts.use(await openAdmin(pages, config.admin, { subject: "admin" }));
      sidecar.admin = server.address;
      sidecar.observedBy(server);
    }
    const { controlSocket } = options;
    if (controlSocket !== undefined) {
      await prepareSocketFolder(controlSocket);
      // Who has the whole configuration in the same file needs no copy.
      if (client !== undefined) ads = parts.use(await AdsServer.open(`${controlSocket}.ads`));
      publish();
      const address: EndpointAddress = { kind: "pipe", path: controlSocket };
      sidecar.observedBy(
        parts.use(await openAdmin(pages, address, { subject: "control socket", mode: 0o600 })),
      );
    }
  } catch (error) {
    await parts[Symbol.asyncDispose]();
    throw error;
  }
  sidecar.start();
  return sidecar;
}

/** Histograms show the last whole interval beside all since the start; Envoy's `stats_flush_interval`. */
function statsIntervals(metrics: MetricsStore, clock: Clock): Disposable {
  let timer: Disposable;
  const tick = (): void => {
    metrics.endInterval();
    timer = clock.setTimer(tick, STATS_INTERVAL_MS);
  };
  timer = clock.setTimer(tick, STATS_INTERVAL_MS);
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

async function readVersion(): Promise<string> {
  // Beside `src` and `dist` alike.
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

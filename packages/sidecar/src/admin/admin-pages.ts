import type { Clock } from "@dualmesh/core";
import { isStatic, type NodeConfig } from "@dualmesh/dataplane";
import type { MetricsStore } from "@dualmesh/telemetry";
import type { AcceptedResources } from "../ads/accepted-resources.ts";
import type { ListenerSet } from "../listener/listener-set.ts";
import type { RunningSidecar } from "../running-sidecar.ts";
import type { AdminPage } from "./admin-page.ts";
import { clustersPage } from "./clusters-page.ts";
import { configDumpPage } from "./config-dump-page.ts";
import { configWarningsPage } from "./config-warnings-page.ts";
import { controlPages } from "./control-pages.ts";
import { listenersPage } from "./listeners-page.ts";
import { readyPage } from "./ready-page.ts";
import { runtimePage } from "./runtime-page.ts";
import { serverInfoPage } from "./server-info-page.ts";
import { statsPages } from "./stats-pages.ts";

/** What the pages show, and what they act on. */
export interface AdminSource {
  readonly version: string;
  readonly clock: Clock;
  /** By `clock.now()`. */
  readonly startedMs: number;
  readonly hopToken: string;
  readonly config: NodeConfig;
  readonly sidecar: RunningSidecar;
  readonly listeners: ListenerSet;
  readonly accepted: AcceptedResources;
  readonly metrics: MetricsStore;
  readonly adsPath: () => string | undefined;
}

/** All pages; the admin address and the control socket have the same. */
export function adminPages(from: AdminSource): readonly AdminPage[] {
  const { config, sidecar, listeners, accepted, metrics } = from;
  const { dataPlane } = sidecar;
  const status = (): RunningSidecar["status"] => sidecar.status;
  return [
    readyPage(status),
    serverInfoPage({ ...from, node: config.node, status }),
    listenersPage(listeners),
    clustersPage(dataPlane),
    configDumpPage({
      bootstrap: config.packed,
      resources: () => accepted.list(),
      isStatic: (typeUrl, name) => isStatic(config, typeUrl, name),
    }),
    configWarningsPage(config.warnings, () => dataPlane.warnings),
    runtimePage(config.runtime, dataPlane),
    ...statsPages(metrics),
    ...controlPages(sidecar),
  ];
}

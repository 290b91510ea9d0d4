import type { Clock } from "@dualmesh/core";
import type { SidecarStatus } from "../sidecar-state.ts";
import { type AdminPage, jsonAnswer } from "./admin-page.ts";

export interface ServerInfoOptions {
  readonly version: string;
  readonly node: { readonly id: string; readonly cluster: string };
  readonly clock: Clock;
  /** By `clock.now()`. */
  readonly startedMs: number;
  readonly status: () => SidecarStatus;
  /** The socket on which the sidecar serves its configuration; `undefined` if it does not. */
  readonly adsPath: () => string | undefined;
  readonly hopToken: string;
}

/**
 * `/server_info` in Envoy's form: what an SDK asks first. `dualmesh` is ours alone, and told only on this machine: who
 * knows the token is taken for the sidecar by its application.
 */
export function serverInfoPage(options: ServerInfoOptions): AdminPage {
  const { version, node, clock, startedMs, status, adsPath, hopToken } = options;
  return {
    path: "/server_info",
    summary: "print server version/status information",
    answer({ isLocal }) {
      const { state, reason } = status();
      const uptime = `${Math.floor((clock.now() - startedMs) / 1_000)}s`;
      const path = adsPath();
      return jsonAnswer({
        version,
        state,
        uptime_current_epoch: uptime,
        uptime_all_epochs: uptime,
        hot_restart_version: "disabled",
        node: { id: node.id, cluster: node.cluster, user_agent_name: "dualmesh" },
        dualmesh: {
          ...(reason === undefined ? {} : { reason }),
          ...(path === undefined ? {} : { ads: `unix:${path}` }),
          ...(isLocal ? { hop_token: hopToken } : {}),
        },
      });
    },
  };
}

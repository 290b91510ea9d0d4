import { missingName } from "@dualmesh/core";
import { type Message, TYPE_URL } from "@dualmesh/envoy-api";
import type { StaticSource } from "@dualmesh/xds";
import type { ListenerPlan } from "../compile/listener.ts";

/**
 * The clusters that routes of the bootstrap's own listeners name and that are not there, a problem each. Where the control
 * plane is to name clusters, nobody can know yet; `validate_clusters: false` says that they may be missing.
 *
 * @see envoy.config.route.v3.RouteConfiguration, validate_clusters
 */
export function unknownClusters(
  bootstrap: Message<"envoy.config.bootstrap.v3.Bootstrap">,
  fixed: StaticSource,
): readonly string[] {
  if (bootstrap.dynamic_resources?.cds_config !== undefined) return [];
  const known = new Set(bootstrap.static_resources?.clusters.map(({ name }) => name));
  const problems: string[] = [];
  using _watch = fixed.watchAll(TYPE_URL.LDS, (all) => {
    for (const state of all.values()) {
      if (state.kind !== "present") continue;
      for (const { http } of (state.value as ListenerPlan).chains) {
        if (http.routes.kind !== "inline" || http.routes.routes.validateClusters === false) continue;
        for (const [name, place] of http.routes.routes.clusterPlaces) {
          if (!known.has(name)) problems.push(`${place}: ${missingName("static cluster", name, known)}`);
        }
      }
    }
  });
  return problems;
}

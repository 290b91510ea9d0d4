import type { RegexLimits } from "@dualmesh/matching";
import type { WeightedCluster } from "./forward-action.ts";
import { compileHeaderLevels } from "./header-levels.ts";
import type { HeaderMutationPlan } from "./header-mutations.ts";
import type { RouteConfig } from "./route-config.ts";
import type { RouteTableConfig, VirtualHostConfig } from "./route-table-config.ts";

/** What stands around a route while it is compiled. */
export interface RouteScope<Retry, Extra> {
  readonly table: RouteTableConfig<Retry, Extra>;
  readonly virtualHost: VirtualHostConfig<Retry, Extra>;
  readonly route: Pick<
    RouteConfig<Retry, Extra>,
    "name" | "requestHeaders" | "responseHeaders" | "typedPerFilter" | "extra"
  >;
  /** Matcher and action in one line. */
  readonly text: string;
  readonly commands: ReadonlySet<string>;
  readonly limits: RegexLimits;
}

/** The mutations of one direction that apply to a route, or to a weighted cluster of it. */
export function headerPlans<Retry, Extra>(
  scope: RouteScope<Retry, Extra>,
  direction: "requestHeaders" | "responseHeaders",
  weighted?: WeightedCluster<Extra>,
): readonly HeaderMutationPlan[] {
  const { table, virtualHost, route } = scope;
  return compileHeaderLevels(
    {
      weightedCluster: weighted?.[direction],
      route: route[direction],
      virtualHost: virtualHost[direction],
      table: table[direction],
    },
    table.mostSpecificHeaderMutationsWins ?? false,
    scope.commands,
  );
}

/** The configuration maps for filters, the most specific first. Empty ones are left out: each costs a look per call. */
export function filterConfigs<Retry, Extra>(
  scope: RouteScope<Retry, Extra>,
  weighted?: WeightedCluster<Extra>,
): readonly ReadonlyMap<string, unknown>[] {
  return [weighted, scope.route, scope.virtualHost, scope.table]
    .map((level) => level?.typedPerFilter)
    .filter((configs) => configs !== undefined)
    .filter(({ size }) => size > 0);
}

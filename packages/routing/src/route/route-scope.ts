import type { RegexLimits } from "@dualmesh/matching";
import type { WeightedCluster } from "../forward/forward-action.ts";
import { compileHeaderLevels } from "../headers/header-levels.ts";
import type { HeaderMutationPlan } from "../headers/header-mutations.ts";
import type { RouteTableConfig, VirtualHostConfig } from "../table/route-table-config.ts";
import type { RouteConfig } from "./route-config.ts";

/** What routes take from their table. Not the whole of it: a route that outlives its table must not keep all others. */
export type TableScope = Pick<RouteTableConfig, TableField>;

/** What routes take from their virtual host. */
export type HostScope<Retry, Extra> = Pick<VirtualHostConfig<Retry, Extra>, HostField>;

type TableField =
  | "ignorePathParametersInPathMatching"
  | "requestHeaders"
  | "responseHeaders"
  | "mostSpecificHeaderMutationsWins"
  | "mirrors"
  | "typedPerFilter";

type HostField =
  | "name"
  | "requireTls"
  | "setLabels"
  | "mirrors"
  | "retryPolicy"
  | "requestHeaders"
  | "responseHeaders"
  | "typedPerFilter"
  | "extra";

const TABLE_FIELDS: readonly TableField[] = [
  "ignorePathParametersInPathMatching",
  "requestHeaders",
  "responseHeaders",
  "mostSpecificHeaderMutationsWins",
  "mirrors",
  "typedPerFilter",
];

const HOST_FIELDS: readonly HostField[] = [
  "name",
  "requireTls",
  "setLabels",
  "mirrors",
  "retryPolicy",
  "requestHeaders",
  "responseHeaders",
  "typedPerFilter",
  "extra",
];

/** The scope of a table: `before` where nothing in it differs, so that equal scopes are the same object. */
export function tableScope(config: RouteTableConfig, before: TableScope | undefined): TableScope {
  return picked(config, TABLE_FIELDS, before);
}

/** The scope of a virtual host, likewise. */
export function hostScope<Retry, Extra>(
  config: VirtualHostConfig<Retry, Extra>,
  before: HostScope<Retry, Extra> | undefined,
): HostScope<Retry, Extra> {
  return picked(config, HOST_FIELDS, before);
}

function picked<T extends object, K extends keyof T>(
  from: T,
  fields: readonly K[],
  before: Pick<T, K> | undefined,
): Pick<T, K> {
  if (before !== undefined && fields.every((field) => from[field] === before[field])) return before;
  return Object.fromEntries(fields.map((field) => [field, from[field]])) as Pick<T, K>;
}

/** What stands around a route while it is compiled. */
export interface RouteScope<Retry, Extra> {
  readonly table: TableScope;
  readonly virtualHost: HostScope<Retry, Extra>;
  readonly route: Pick<
    RouteConfig<Retry, Extra>,
    "name" | "requestHeaders" | "responseHeaders" | "setLabels" | "typedPerFilter" | "extra"
  >;
  /** Matcher and action in one line. */
  readonly text: () => string;
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

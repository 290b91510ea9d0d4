import {
  createRouteTable,
  type ForwardAction,
  type ForwardMatch,
  type RouteConfig,
  type RouteMatch,
  type RouteTable,
  type RouteTableConfig,
  type RouteTableOptions,
} from "../src/index.ts";

/** A table with one virtual host for everything. */
export function tableOf(
  routes: readonly RouteConfig[],
  rest: Partial<RouteTableConfig> = {},
  options: RouteTableOptions = {},
): RouteTable {
  return createRouteTable({ virtualHosts: [{ name: "all", domains: ["*"], routes }], ...rest }, options);
}

/** A route to cluster `a`. */
export function routeTo<Retry = unknown>(
  prefix: string,
  action: Partial<ForwardAction<Retry>> = {},
  rest: Partial<RouteConfig<Retry>> = {},
): RouteConfig<Retry> {
  return {
    match: { path: { kind: "prefix", value: prefix } },
    action: { kind: "forward", clusters: { kind: "single", name: "a" }, ...action },
    ...rest,
  };
}

/** The match as one that forwards. */
export function forwarded<Retry>(match: RouteMatch<Retry> | undefined): ForwardMatch<Retry> {
  if (match?.kind !== "forward") throw new Error(`expected a route that forwards, got ${match?.kind}`);
  return match;
}

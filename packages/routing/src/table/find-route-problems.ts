import { MeshError } from "@dualmesh/core";
import { compileMatcherTree, type RegexLimits } from "@dualmesh/matching";
import { REQUEST_COMMANDS } from "../headers/request-format.ts";
import { compileBareRoute, type RoutePlace, routeName } from "../route/compiled-route.ts";
import type { RouteConfig } from "../route/route-config.ts";
import { hostScope, tableScope } from "../route/route-scope.ts";
import { checkTableConfig, checkVirtualHostConfig } from "./check-table-config.ts";
import { checkVirtualHost } from "./compiled-virtual-host.ts";
import { findRepeatedDomains } from "./domain-index.ts";
import type { RouteTableConfig, VirtualHostConfig } from "./route-table-config.ts";

/** Something that keeps a table from being built. */
export interface RouteProblem {
  /** The place of the virtual host in its table, from 0. `undefined`: the table's own. */
  readonly virtualHost: number | undefined;
  /** The place of the route in its list, from 0. `undefined`: the virtual host's own, or somewhere in its tree. */
  readonly route: number | undefined;
  /** A sentence that does not repeat the place. */
  readonly message: string;
}

/** What of the options decides whether a table can be built. */
export interface FindProblemsOptions {
  readonly formatCommands?: ReadonlySet<string>;
  readonly regexLimits?: RegexLimits;
}

/**
 * Finds everything that keeps a table from being built, where building ends at the first problem. It compiles all routes again,
 * and so is for configuration that `createRouteTable` has refused. What a level sets for all its routes is told once, of
 * that level.
 */
export function findRouteProblems<Retry, Extra>(
  config: RouteTableConfig<Retry, Extra>,
  options: FindProblemsOptions = {},
): readonly RouteProblem[] {
  const { formatCommands: commands = REQUEST_COMMANDS, regexLimits: limits = {} } = options;
  const shape = problemOf(() => checkTableConfig(config));
  if (shape !== undefined) return [{ virtualHost: undefined, route: undefined, message: shape }];
  const problems: RouteProblem[] = [];
  const bare = { virtualHost: { name: "" }, commands, limits };
  const { ignorePathParametersInPathMatching: ignored = false } = config;
  const plain = { ignorePathParametersInPathMatching: ignored };
  const own = problemOf(() => compileBareRoute(PROBE, 0, { ...bare, table: tableScope(config, undefined) }));
  if (own !== undefined) problems.push({ virtualHost: undefined, route: undefined, message: own });
  // What is told of a level is left out below it.
  const table = own === undefined ? tableScope(config, undefined) : plain;
  const readable = config.virtualHosts.filter(
    (host) => problemOf(() => checkVirtualHostConfig(host)) === undefined,
  );
  const repeated = findRepeatedDomains(readable);
  for (const [at, host] of config.virtualHosts.entries()) {
    const add = (route: number | undefined, message: string): void => {
      problems.push({ virtualHost: at, route, message });
    };
    const unreadable = problemOf(() => checkVirtualHostConfig(host));
    if (unreadable !== undefined) {
      add(undefined, unreadable);
      continue;
    }
    for (const message of hostProblems(host)) add(undefined, message);
    for (const { domain, owner, other } of repeated) {
      if (owner === host) add(undefined, `domain "${domain}" is already claimed by "${other.name}"`);
    }
    const place: RoutePlace<Retry, Extra> = { ...bare, table, virtualHost: hostScope(host, undefined) };
    const shared = problemOf(() => compileBareRoute(PROBE as RouteConfig<Retry, Extra>, 0, place));
    if (shared !== undefined) add(undefined, shared);
    addRoutes(host, shared === undefined ? place : { ...place, virtualHost: { name: host.name } }, add);
  }
  return problems;
}

/** A route with nothing of its own: what is wrong with it, is wrong with the levels above. */
const PROBE: RouteConfig<never, never> = {
  match: { path: { kind: "prefix", value: "" } },
  action: { kind: "forward", clusters: { kind: "single", name: "probe" } },
};

function hostProblems(host: VirtualHostConfig): readonly string[] {
  const other = problemOf(() => checkVirtualHost(host));
  return [
    ...(host.name === "" ? ["a virtual host has no name"] : []),
    ...(other === undefined ? [] : [other]),
  ];
}

function addRoutes<Retry, Extra>(
  { routes = [], matcher }: VirtualHostConfig<Retry, Extra>,
  place: RoutePlace<Retry, Extra>,
  add: (route: number | undefined, message: string) => void,
): void {
  for (const [at, route] of routes.entries()) {
    const message = problemOf(() => compileBareRoute(route, 0, place));
    if (message !== undefined) add(at, message);
  }
  if (matcher === undefined) return;
  const message = problemOf(() => {
    for (const list of compileMatcherTree(matcher, place.limits).actions) {
      for (const [at, route] of list.entries()) {
        const reason = problemOf(() => compileBareRoute(route, 0, place));
        if (reason !== undefined) add(undefined, `${routeName(route, at + 1)}: ${reason}`);
      }
    }
  });
  if (message !== undefined) add(undefined, message);
}

function problemOf(step: () => unknown): string | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return MeshError.is(error) ? error.rawMessage : String(error);
  }
}

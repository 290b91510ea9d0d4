import { type Clock, systemClock } from "@dualmesh/core";
import { REQUEST_COMMANDS } from "../headers/request-format.ts";
import { isSamePlace } from "../route/compiled-route.ts";
import { hostScope, tableScope } from "../route/route-scope.ts";
import { checkTableConfig, checkTableOptions, checkVirtualHostConfig } from "./check-table-config.ts";
import { buildVirtualHost, type CompiledVirtualHost } from "./compiled-virtual-host.ts";
import { buildDomainIndex, type DomainIndex } from "./domain-index.ts";
import { CompiledTable, type RouteTable } from "./route-table.ts";
import type { RouteTableConfig, RouteTableOptions } from "./route-table-config.ts";

const DEFAULT_CACHE_PATHS = 1_024;

/**
 * Builds a table.
 *
 * ```ts
 * import { createRouteTable } from "@dualmesh/routing";
 * import { textRequest } from "@dualmesh/testkit";
 *
 * const table = createRouteTable({
 *   virtualHosts: [
 *     {
 *       name: "shop",
 *       domains: ["*.shop.test"],
 *       routes: [
 *         {
 *           match: { path: { kind: "separated-prefix", value: "/api" } },
 *           action: { kind: "forward", clusters: { kind: "single", name: "api" } },
 *         },
 *       ],
 *     },
 *   ],
 * });
 * const { head } = textRequest({ authority: "eu.shop.test", path: "/api/cart" });
 * const match = table.match(head);
 * console.log(match?.kind === "forward" && match.cluster); // => api
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on what Envoy refuses too: a domain that occurs twice, weights whose sum is 0 or
 * over 2³²−1, a bad expression, header or format. On what only plain JavaScript lets through, too: an unknown kind or key, a
 * list that is none. The message names table, virtual host and route.
 */
export function createRouteTable<Retry = unknown, Extra = unknown>(
  config: RouteTableConfig<Retry, Extra>,
  options: RouteTableOptions<Retry, Extra> = {},
): RouteTable<Retry, Extra> {
  const building = buildRouteTable(config, options);
  for (;;) {
    const step = building.next();
    if (step.done) return step.value;
  }
}

export interface SlicedOptions<Retry = unknown, Extra = unknown> extends RouteTableOptions<Retry, Extra> {
  /** How long a slice may take, about. Milliseconds above 0. Default 4. */
  readonly sliceMs?: number;
  /** What happens between two slices. Default: `setImmediate`, so that waiting I/O has its turn. */
  readonly pause?: () => Promise<void>;
  readonly clock?: Clock;
}

/**
 * Builds a table in slices, so that a process that serves calls goes on serving them: ten thousand routes take some tens of
 * milliseconds, which nobody should wait for.
 *
 * @throws {MeshError} as {@link createRouteTable}.
 */
export async function createRouteTableInSlices<Retry = unknown, Extra = unknown>(
  config: RouteTableConfig<Retry, Extra>,
  options: SlicedOptions<Retry, Extra> = {},
): Promise<RouteTable<Retry, Extra>> {
  const { sliceMs = 4, pause = nextTurn, clock = systemClock } = options;
  if (!(sliceMs > 0)) throw new RangeError(`route table: sliceMs must be above 0, got ${sliceMs}`);
  const building = buildRouteTable(config, options);
  let end = clock.now() + sliceMs;
  for (;;) {
    for (let i = 0; i < STEPS_PER_LOOK; i++) {
      const step = building.next();
      if (step.done) return step.value;
    }
    if (clock.now() >= end) {
      await pause();
      end = clock.now() + sliceMs;
    }
  }
}

/** A step is one route, or one virtual host: some microseconds. */
const STEPS_PER_LOOK = 16;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function* buildRouteTable<Retry, Extra>(
  config: RouteTableConfig<Retry, Extra>,
  options: RouteTableOptions<Retry, Extra>,
): Generator<void, RouteTable<Retry, Extra>> {
  const { formatCommands: commands = REQUEST_COMMANDS, regexLimits: limits = NO_LIMITS } = options;
  const { cachePaths = DEFAULT_CACHE_PATHS } = options;
  if (!Number.isInteger(cachePaths) || cachePaths < 0) {
    throw new RangeError(`route table: cachePaths must be an integer from 0, got ${cachePaths}`);
  }
  checkTableConfig(config);
  checkTableOptions(options);
  const before = options.previous instanceof CompiledTable ? options.previous : undefined;
  const table = tableScope(config, before?.scope);
  const findBefore = hostsByName(before);
  const hosts: CompiledVirtualHost<Retry, Extra>[] = [];
  for (const [at, virtualHost] of config.virtualHosts.entries()) {
    if (before?.hosts[at]?.config !== virtualHost) checkVirtualHostConfig(virtualHost);
    const old = findBefore(at, virtualHost.name);
    const equal = old?.config === virtualHost;
    const scope = equal ? old.place.virtualHost : hostScope(virtualHost, old?.place.virtualHost);
    const place = { table, virtualHost: scope, commands, limits };
    const same = old !== undefined && isSamePlace(old.place, place);
    hosts.push(same && equal ? old : yield* buildVirtualHost(virtualHost, place, same ? old : undefined));
    yield;
  }
  const domains = yield* buildDomains(config, before);
  return new CompiledTable({ config, scope: table, domains, hosts, cachePaths });
}

/** A virtual host of the table before: mostly at the same place, so that names are looked up only once one is not. */
function hostsByName<Retry, Extra>(
  before: CompiledTable<Retry, Extra> | undefined,
): (at: number, name: string) => CompiledVirtualHost<Retry, Extra> | undefined {
  let byName: Map<string, CompiledVirtualHost<Retry, Extra>> | undefined;
  return (at, name) => {
    const host = before?.hosts[at];
    if (before === undefined || host?.name === name) return host;
    byName ??= new Map(before.hosts.map((one) => [one.name, one]));
    return byName.get(name);
  };
}

const NO_LIMITS = {};

/** The index of before, where no domain has moved. */
function* buildDomains<Retry, Extra>(
  config: RouteTableConfig<Retry, Extra>,
  before: CompiledTable<Retry, Extra> | undefined,
): Generator<void, DomainIndex> {
  const { virtualHosts, name = "", ignorePortInHostMatching: ignorePort = false } = config;
  const hosts = before?.config.virtualHosts;
  const equal =
    hosts?.length === virtualHosts.length &&
    ignorePort === (before?.config.ignorePortInHostMatching ?? false) &&
    virtualHosts.every((host, i) => host === hosts[i] || isEqual(host.domains, hosts[i]?.domains ?? []));
  if (equal && before !== undefined) return before.domains;
  const subject = name === "" ? "route table" : `route table "${name}"`;
  return yield* buildDomainIndex(virtualHosts, { ignorePort, subject });
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

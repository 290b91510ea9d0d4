import { MeshError } from "@dualmesh/core";
import {
  checkKeys,
  checkList,
  checkMap,
  checkOneOf,
  checkRegexLimits,
  checkText,
  knownKeys,
} from "@dualmesh/matching";
import { CompiledTable } from "./route-table.ts";
import type { RouteTableConfig, RouteTableOptions, VirtualHostConfig } from "./route-table-config.ts";

const TABLE_KEYS = knownKeys<RouteTableConfig>(
  "name",
  "virtualHosts",
  "ignorePortInHostMatching",
  "ignorePathParametersInPathMatching",
  "mirrors",
  "requestHeaders",
  "responseHeaders",
  "mostSpecificHeaderMutationsWins",
  "typedPerFilter",
);

const HOST_KEYS = knownKeys<VirtualHostConfig>(
  "name",
  "domains",
  "routes",
  "matcher",
  "requireTls",
  "retryPolicy",
  "mirrors",
  "requestHeaders",
  "setLabels",
  "responseHeaders",
  "typedPerFilter",
  "extra",
);

const TLS = ["none", "external-only", "all"] as const;

/**
 * Checks a table's own settings for what users of plain JavaScript may get wrong; virtual hosts and routes have checks of their
 * own.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkTableConfig(config: RouteTableConfig): void {
  checkKeys("route table", config, TABLE_KEYS);
  const { virtualHosts } = config;
  if (virtualHosts === undefined) {
    throw new MeshError("INVALID_ARGUMENT", "route table: virtualHosts is missing");
  }
  checkList("route table", "virtualHosts", virtualHosts);
  checkMap("route table", "typedPerFilter", config.typedPerFilter);
}

/**
 * Checks the options of a table.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on limits that are none, or a `previous` that is no table of this package.
 */
export function checkTableOptions<Retry, Extra>(options: RouteTableOptions<Retry, Extra>): void {
  const { regexLimits, previous } = options;
  if (regexLimits !== undefined) checkRegexLimits(regexLimits);
  if (previous !== undefined && !(previous instanceof CompiledTable)) {
    throw new MeshError("INVALID_ARGUMENT", "route table: previous must be a table that was built here");
  }
}

/**
 * Checks what a virtual host is made of, before anything is read of it.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkVirtualHostConfig(host: VirtualHostConfig): void {
  const name: unknown = (host as VirtualHostConfig | null | undefined)?.name;
  const subject = typeof name === "string" ? `virtual host "${name}"` : "virtual host";
  checkKeys(subject, host, HOST_KEYS);
  checkText(subject, "name", host.name);
  if (host.domains === undefined) throw new MeshError("INVALID_ARGUMENT", `${subject}: domains is missing`);
  checkList(subject, "domains", host.domains);
  for (const domain of host.domains) checkText(subject, "a domain", domain);
  checkList(subject, "routes", host.routes);
  checkList(subject, "mirrors", host.mirrors);
  checkOneOf(subject, "requireTls", host.requireTls, TLS);
  checkMap(subject, "typedPerFilter", host.typedPerFilter);
}

import type { MessageTypes } from "@dualmesh/envoy-api";
import type { RetryPolicy } from "@dualmesh/retry";
import {
  createRouteTable,
  findRouteProblems,
  type RouteTable,
  type RouteTableConfig,
  type VirtualHostConfig,
} from "@dualmesh/routing";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import { FORMAT_COMMANDS } from "../format-commands.ts";
import { enumValue } from "./enum-value.ts";
import { compileFilterSettings } from "./filter-settings.ts";
import { headerMutations, MUTATION_FIELDS } from "./header-mutations.ts";
import { labelSettings } from "./labels.ts";
import { mirrorPolicies } from "./mirror.ts";
import type { CompileReport } from "./report.ts";
import { compileRetryPolicy } from "./retry.ts";
import { compileRoute, type RouteContext } from "./route.ts";
import { routeTree } from "./route-tree.ts";

/** What the data plane attaches to a virtual host. */
export interface HostExtra {
  /** Whether requests tell the upstream the number of the attempt (`x-envoy-attempt-count`). */
  readonly attemptCount: boolean;
  /** Whether clients learn the number of the last attempt, by the same field. */
  readonly attemptCountInResponse: boolean;
  /** Whether further attempts say if the one before took too long (`x-envoy-is-timeout-retry`). */
  readonly timeoutRetry: boolean;
}

/** A route configuration as compiled: its table, and the clusters that it can choose. */
export interface RoutesPlan {
  readonly name: string;
  /** Where it stands, in the form of a problem's subject. */
  readonly path: string;
  readonly table: RouteTable<RetryPolicy, HostExtra>;
  readonly clusters: readonly string[];
  /** The first place that names each of them, in the form of a problem's subject. */
  readonly clusterPlaces: ReadonlyMap<string, string>;
  /** Whether it may not name clusters that are not there. `undefined`: not said. */
  readonly validateClusters: boolean | undefined;
}

/** Compiles a RouteConfiguration. */
export function compileRouteConfiguration(
  message: MessageTypes["envoy.config.route.v3.RouteConfiguration"],
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): RoutesPlan {
  report.checkFields(path, message, {
    uses: [
      "name",
      "virtual_hosts",
      "most_specific_header_mutations_wins",
      "ignore_port_in_host_matching",
      "ignore_path_parameters_in_path_matching",
      "typed_per_filter_config",
      // Who begins with a file judges by it; else whether clusters exist is settled when they arrive.
      "validate_clusters",
      "request_mirror_policies",
      ...MUTATION_FIELDS,
    ],
    ignores: ["internal_only_headers", "max_direct_response_body_size_bytes", "metadata"],
  });
  const context: RouteContext = {
    report,
    clusters: new Map(),
    filterSettings: (configs, here) => compileFilterSettings(configs, here, report, registry),
  };
  const virtualHosts = message.virtual_hosts.map((host) =>
    compileVirtualHost(host, hostPath(path, host.name), context),
  );
  const table = buildTable(
    {
      name: message.name,
      virtualHosts,
      ignorePortInHostMatching: message.ignore_port_in_host_matching,
      ignorePathParametersInPathMatching: message.ignore_path_parameters_in_path_matching,
      mostSpecificHeaderMutationsWins: message.most_specific_header_mutations_wins,
      typedPerFilter: context.filterSettings(message.typed_per_filter_config, path),
      ...mirrorPolicies(message.request_mirror_policies, path, context),
      ...headerMutations(message, path, report),
    },
    path,
    report,
  );
  // What could not be built is a problem, and the plan is dropped with it: the empty table never serves.
  return {
    name: message.name,
    path,
    table: table ?? createRouteTable({ virtualHosts: [] }),
    clusters: [...context.clusters.keys()],
    clusterPlaces: context.clusters,
    validateClusters: message.validate_clusters,
  };
}

/** Builds the table; where that fails, tells everything that stands in the way, each at its route or virtual host. */
function buildTable(
  config: RouteTableConfig<RetryPolicy, HostExtra>,
  path: string,
  report: CompileReport,
): RouteTable<RetryPolicy, HostExtra> | undefined {
  const options = { formatCommands: FORMAT_COMMANDS };
  try {
    return createRouteTable(config, options);
  } catch (error) {
    const problems = findRouteProblems(config, options);
    for (const { virtualHost, route, message } of problems) {
      const host = virtualHost === undefined ? undefined : config.virtualHosts[virtualHost];
      const place = host === undefined ? path : hostPath(path, host.name);
      report.refuse(route === undefined ? place : `${place}.routes[${route}]`, message);
    }
    if (problems.length === 0) report.refuse(path, String(error));
    return undefined;
  }
}

function hostPath(path: string, name: string): string {
  return `${path}.virtual_hosts["${name}"]`;
}

function compileVirtualHost(
  message: MessageTypes["envoy.config.route.v3.VirtualHost"],
  path: string,
  context: RouteContext,
): VirtualHostConfig<RetryPolicy, HostExtra> {
  const { report } = context;
  report.checkFields(path, message, {
    uses: [
      "name",
      "domains",
      "routes",
      "matcher",
      "require_tls",
      "typed_per_filter_config",
      // For labels that travel with calls; what else it says is for others.
      "metadata",
      "retry_policy",
      "request_mirror_policies",
      "include_request_attempt_count",
      "include_attempt_count_in_response",
      "include_is_timeout_retry_header",
      ...MUTATION_FIELDS,
    ],
    ignores: ["virtual_clusters", "per_request_buffer_limit_bytes"],
  });
  const retry = message.retry_policy;
  const retryPolicy =
    retry === undefined ? undefined : compileRetryPolicy(retry, `${path}.retry_policy`, report);
  const matcher = message.matcher && routeTree(message.matcher, `${path}.matcher`, context);
  return {
    name: message.name,
    domains: message.domains,
    routes: message.routes.map((route, i) => compileRoute(route, `${path}.routes[${i}]`, context)),
    ...(matcher === undefined ? {} : { matcher }),
    requireTls: enumValue(message.require_tls, TLS_REQUIREMENTS, `${path}.require_tls`, report),
    typedPerFilter: context.filterSettings(message.typed_per_filter_config, path),
    ...mirrorPolicies(message.request_mirror_policies, path, context),
    extra: {
      attemptCount: message.include_request_attempt_count,
      attemptCountInResponse: message.include_attempt_count_in_response,
      timeoutRetry: message.include_is_timeout_retry_header,
    },
    ...headerMutations(message, path, report),
    ...labelSettings(message.metadata, `${path}.metadata`, report),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
  };
}

const TLS_REQUIREMENTS: Readonly<Record<string, "none" | "external-only" | "all">> = {
  NONE: "none",
  EXTERNAL_ONLY: "external-only",
  ALL: "all",
};

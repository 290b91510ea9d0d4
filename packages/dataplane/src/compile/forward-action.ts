import { asBytes } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { RetryPolicy } from "@dualmesh/retry";
import type { ClusterSpecifier, ForwardAction, WeightedCluster } from "@dualmesh/routing";
import { endpointMetadata } from "./endpoint-metadata.ts";
import { enumValue } from "./enum-value.ts";
import { hashPolicies } from "./hash-policy.ts";
import { headerMutations, MUTATION_FIELDS } from "./header-mutations.ts";
import { hedgePolicy } from "./hedge-policy.ts";
import { labelSettings } from "./labels.ts";
import { mirrorPolicies } from "./mirror.ts";
import { compileRetryPolicy } from "./retry.ts";
import { hostRewrite, pathRewrite } from "./rewrite.ts";
import type { RouteContext } from "./route.ts";
import { routeTimeouts } from "./route-timeouts.ts";

type RouteActionMessage = MessageTypes["envoy.config.route.v3.RouteAction"];

/** Compiles a RouteAction. */
export function forwardAction(
  message: RouteActionMessage,
  path: string,
  context: RouteContext,
): ForwardAction<RetryPolicy, never> {
  const { report } = context;
  report.checkFields(path, message, {
    uses: [
      "cluster",
      "cluster_header",
      "weighted_clusters",
      "prefix_rewrite",
      "regex_rewrite",
      "path_rewrite_policy",
      "path_rewrite",
      "host_rewrite_literal",
      "host_rewrite_header",
      "host_rewrite_path_regex",
      "host_rewrite",
      "auto_host_rewrite",
      "append_x_forwarded_host",
      "timeout",
      "retry_policy",
      "priority",
      "cluster_not_found_response_code",
      "idle_timeout",
      "max_stream_duration",
      "max_grpc_timeout",
      "grpc_timeout_offset",
      "request_mirror_policies",
      "hedge_policy",
      "hash_policy",
      "metadata_match",
    ],
    ignores: ["early_data_policy"],
  });
  const retry = message.retry_policy;
  const retryPolicy =
    retry === undefined ? undefined : compileRetryPolicy(retry, `${path}.retry_policy`, report);
  const newPath = pathRewrite(message, path, report);
  const newHost = hostRewrite(message);
  return {
    kind: "forward",
    clusters: clusterSpecifier(message, path, context),
    priority: enumValue(message.priority, PRIORITIES, `${path}.priority`, report),
    clusterNotFoundStatus: enumValue(
      message.cluster_not_found_response_code,
      NOT_FOUND_STATUSES,
      `${path}.cluster_not_found_response_code`,
      report,
    ),
    appendForwardedHost: message.append_x_forwarded_host,
    ...routeTimeouts(message, path, report),
    ...mirrorPolicies(message.request_mirror_policies, path, context),
    ...hedgePolicy(message.hedge_policy, `${path}.hedge_policy`, report),
    ...hashPolicies(message.hash_policy, path, report),
    ...endpointMetadata(message.metadata_match, `${path}.metadata_match`, report),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(newPath === undefined ? {} : { pathRewrite: newPath }),
    ...(newHost === undefined ? {} : { hostRewrite: newHost }),
  };
}

const PRIORITIES: Readonly<Record<string, "default" | "high">> = { DEFAULT: "default", HIGH: "high" };

const NOT_FOUND_STATUSES: Readonly<Record<string, 404 | 500 | 503>> = {
  SERVICE_UNAVAILABLE: 503,
  NOT_FOUND: 404,
  INTERNAL_SERVER_ERROR: 500,
};

function clusterSpecifier(
  message: RouteActionMessage,
  path: string,
  context: RouteContext,
): ClusterSpecifier<never> {
  const { cluster, cluster_header: headerName, weighted_clusters: weighted } = message;
  if (cluster !== undefined) return single(cluster, `${path}.cluster`, context);
  if (headerName !== undefined) return { kind: "header", headerName };
  if (weighted === undefined) {
    context.report.refuse(path, "expected cluster, cluster_header or weighted_clusters");
    // Stands for a name, so that the table does not miss it a second time.
    return { kind: "single", name: "unknown" };
  }
  const here = `${path}.weighted_clusters`;
  context.report.checkFields(here, weighted, {
    uses: ["clusters", "header_name", "use_hash_policy"],
    ignores: ["total_weight", "runtime_key_prefix"],
  });
  return {
    kind: "weighted",
    clusters: weighted.clusters.map((one, i) => weightedCluster(one, `${here}.clusters[${i}]`, context)),
    byHash: weighted.use_hash_policy ?? false,
    ...(weighted.header_name === undefined ? {} : { headerName: weighted.header_name }),
  };
}

function weightedCluster(
  message: MessageTypes["envoy.config.route.v3.WeightedCluster.ClusterWeight"],
  path: string,
  context: RouteContext,
): WeightedCluster<never> {
  const { report } = context;
  report.checkFields(path, message, {
    uses: [
      "name",
      "cluster_header",
      "weight",
      "host_rewrite_literal",
      "typed_per_filter_config",
      "metadata_match",
      ...MUTATION_FIELDS,
    ],
  });
  const host = message.host_rewrite_literal;
  return {
    cluster:
      message.cluster_header === ""
        ? single(message.name, `${path}.name`, context)
        : { kind: "header", headerName: message.cluster_header },
    weight: message.weight ?? 0,
    typedPerFilter: context.filterSettings(message.typed_per_filter_config, path),
    ...headerMutations(message, path, report),
    ...labelSettings(message.metadata_match, `${path}.metadata_match`, report),
    ...endpointMetadata(message.metadata_match, `${path}.metadata_match`, report),
    ...(host === undefined ? {} : { hostRewrite: asBytes(host) }),
  };
}

function single(
  name: string,
  path: string,
  context: RouteContext,
): { readonly kind: "single"; readonly name: string } {
  if (!context.clusters.has(name)) context.clusters.set(name, path);
  return { kind: "single", name };
}

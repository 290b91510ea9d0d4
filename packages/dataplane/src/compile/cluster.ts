import { createHash } from "node:crypto";
import { durationMs, encode, type MessageTypes, unpackAny } from "@dualmesh/envoy-api";
import type { Policy } from "@dualmesh/load-balancer";
import type { KeepaliveOptions } from "../transport/http2/keepalive.ts";
import { compileThresholds, type ThresholdsPlan } from "./circuit-breaker.ts";
import { compileEndpoints, type EndpointsPlan } from "./endpoints.ts";
import { enumValue } from "./enum-value.ts";
import { compileHttp2Options } from "./http2-options.ts";
import { compilePolicy } from "./load-balancer.ts";
import type { CompileReport } from "./report.ts";
import { compileUpstreamTls, type UpstreamTlsPlan } from "./tls/upstream-tls.ts";

type ClusterMessage = MessageTypes["envoy.config.cluster.v3.Cluster"];

/** Where a cluster's endpoints come from. */
export type Discovery =
  | { readonly kind: "static"; readonly endpoints: EndpointsPlan }
  /** Host names among the endpoints are resolved, again and again; `all`: to all their addresses (STRICT_DNS). */
  | {
      readonly kind: "dns";
      readonly endpoints: EndpointsPlan;
      readonly all: boolean;
      readonly family: 0 | 4 | 6;
      readonly refreshMs: number;
    }
  | { readonly kind: "eds"; readonly serviceName: string }
  /** Calls are for whoever they named themselves: in a process, that is the way around the mesh. */
  | { readonly kind: "passthrough" };

/** A cluster as configured. */
export interface ClusterPlan {
  readonly name: string;
  /** Name and a hash of everything but the endpoints: what keeps it keeps its pools, counts and breakers. */
  readonly identity: string;
  readonly discovery: Discovery;
  readonly policy: Policy;
  readonly thresholds: ThresholdsPlan;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** `downstream`: each request goes on in the protocol in which it came. */
  readonly protocol: "http1" | "http2" | "downstream";
  /** Of HTTP/2. */
  readonly streamWindowBytes: number;
  /** Pings on connections of HTTP/2; `undefined`: none. */
  readonly keepalive: KeepaliveOptions | undefined;
  /** `undefined`: in clear text. */
  readonly tls: UpstreamTlsPlan | undefined;
  /** Percent of healthy endpoints below which health is ignored; 0: never. */
  readonly panicThresholdPercent: number;
  readonly failTrafficOnPanic: boolean;
  /** The name in metrics. */
  readonly statName: string;
}

const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** Compiles a Cluster. Clusters speak HTTP/1.1 or HTTP/2 over TCP or Unix sockets, by TLS where they say so. */
export function compileCluster(message: ClusterMessage, report: CompileReport): ClusterPlan {
  const path = `cluster "${message.name}"`;
  if (message.name === "") report.refuse(path, "it has no name");
  report.checkFields(path, message, {
    uses: [
      "name",
      "type",
      "eds_cluster_config",
      "connect_timeout",
      "lb_policy",
      "load_balancing_policy",
      "circuit_breakers",
      "load_assignment",
      "common_lb_config",
      "least_request_lb_config",
      "round_robin_lb_config",
      "typed_extension_protocol_options",
      "dns_lookup_family",
      "dns_refresh_rate",
      "alt_stat_name",
      "metadata",
      "ignore_health_on_host_removal",
      "http2_protocol_options",
      "original_dst_lb_config",
      "transport_socket",
    ],
    ignores: [
      "per_connection_buffer_limit_bytes",
      "cleanup_interval",
      "upstream_connection_options",
      "track_cluster_stats",
      "track_timeout_budgets",
      "respect_dns_ttl",
      "dns_failure_refresh_rate",
      "typed_dns_resolver_config",
      "wait_for_warm_on_init",
      "preconnect_policy",
      "lrs_server",
      "lrs_report_endpoint_metrics",
      "close_connections_on_host_health_failure",
      // Both take endpoints out that fail: without them such an endpoint's calls fail, and retries find another.
      "outlier_detection",
      "health_checks",
    ],
  });
  const { load_assignment: _endpoints, ...rest } = message;
  const hash = createHash("sha256")
    .update(encode("envoy.config.cluster.v3.Cluster", rest))
    .digest("hex")
    .slice(0, 16);
  const common = message.common_lb_config;
  if (common !== undefined) {
    report.checkFields(`${path}.common_lb_config`, common, {
      uses: ["healthy_panic_threshold", "zone_aware_lb_config"],
      ignores: ["update_merge_window", "close_connections_on_host_set_change"],
    });
    const zones = common.zone_aware_lb_config;
    if (zones !== undefined) {
      // Without zone-aware routing calls go to all zones alike: everybody may still be called.
      report.checkFields(`${path}.common_lb_config.zone_aware_lb_config`, zones, {
        uses: ["fail_traffic_on_panic"],
        ignores: ["routing_enabled", "min_cluster_size", "force_local_zone", "locality_basis"],
      });
    }
    const panic = common.healthy_panic_threshold;
    if (panic !== undefined)
      report.checkPercent(`${path}.common_lb_config.healthy_panic_threshold`, panic.value);
  }
  const connectTimeoutMs =
    message.connect_timeout === undefined ? 5_000 : durationMs(message.connect_timeout);
  if (!(connectTimeoutMs > 0))
    report.refuse(`${path}.connect_timeout`, `expected over 0 s, got ${connectTimeoutMs} ms`);
  const socket = message.transport_socket;
  const tls =
    socket === undefined ? undefined : compileUpstreamTls(socket, `${path}.transport_socket`, report);
  return {
    name: message.name,
    identity: `${message.name}@${hash}`,
    discovery: compileDiscovery(message, path, report),
    policy: compilePolicy(message, path, report),
    thresholds: compileThresholds(message.circuit_breakers, `${path}.circuit_breakers`, report),
    connectTimeoutMs,
    tls,
    ...compileProtocol(message, path, report, tls),
    panicThresholdPercent: common?.healthy_panic_threshold?.value ?? 50,
    failTrafficOnPanic: common?.zone_aware_lb_config?.fail_traffic_on_panic ?? false,
    statName: message.alt_stat_name === "" ? message.name : message.alt_stat_name,
  };
}

function compileDiscovery(message: ClusterMessage, path: string, report: CompileReport): Discovery {
  const assignment = message.load_assignment;
  const endpoints = (names: boolean): EndpointsPlan => {
    if (assignment === undefined)
      return { name: message.name, endpoints: [], overprovisioningFactorPercent: undefined };
    return compileEndpoints(assignment, `${path}.load_assignment`, report, { names });
  };
  switch (message.type) {
    case undefined:
    case "STATIC":
      return { kind: "static", endpoints: endpoints(false) };
    case "STRICT_DNS":
    case "LOGICAL_DNS":
      return {
        kind: "dns",
        endpoints: endpoints(true),
        all: message.type === "STRICT_DNS",
        family: enumValue(message.dns_lookup_family, FAMILIES, `${path}.dns_lookup_family`, report),
        refreshMs: message.dns_refresh_rate === undefined ? 5_000 : durationMs(message.dns_refresh_rate),
      };
    case "EDS": {
      const eds = message.eds_cluster_config;
      if (eds === undefined || (eds.eds_config?.ads === undefined && eds.eds_config?.self === undefined)) {
        report.refuse(
          `${path}.eds_cluster_config`,
          "expected eds_config with ads: {}; other sources are not supported",
        );
      }
      const serviceName = eds?.service_name ?? "";
      return { kind: "eds", serviceName: serviceName === "" ? message.name : serviceName };
    }
    case "ORIGINAL_DST":
      return { kind: "passthrough" };
    default:
      report.refuse(
        `${path}.type`,
        `expected STATIC, STRICT_DNS, LOGICAL_DNS, EDS or ORIGINAL_DST, got ${message.type}`,
      );
      return { kind: "static", endpoints: endpoints(true) };
  }
}

const FAMILIES: Readonly<Record<string, 0 | 4 | 6>> = {
  AUTO: 0,
  V4_ONLY: 4,
  V6_ONLY: 6,
  V4_PREFERRED: 0,
  ALL: 0,
};

/** Reads Envoy's options of the upstream protocol: which one it is, and the idle timeout. */
function compileProtocol(
  message: ClusterMessage,
  path: string,
  report: CompileReport,
  tls: UpstreamTlsPlan | undefined,
): Pick<ClusterPlan, "protocol" | "idleTimeoutMs" | "streamWindowBytes" | "keepalive"> {
  let idleTimeoutMs = 3_600_000;
  let http2 = message.http2_protocol_options;
  let http2Path = `${path}.http2_protocol_options`;
  let isDownstreams = false;
  for (const [name, any] of message.typed_extension_protocol_options) {
    const here = `${path}.typed_extension_protocol_options["${name}"]`;
    const unpacked = report.attempt(here, () => unpackAny(any));
    if (unpacked === undefined) continue;
    if (unpacked.type !== HTTP_OPTIONS) {
      report.refuse(here, `${unpacked.type} is not supported`);
      continue;
    }
    const options = unpacked.message as MessageTypes[typeof HTTP_OPTIONS];
    report.checkFields(here, options, {
      uses: [
        "common_http_protocol_options",
        "upstream_http_protocol_options",
        "explicit_http_config",
        "use_downstream_protocol_config",
      ],
      ignores: ["auto_config"],
    });
    const downstream = options.use_downstream_protocol_config;
    if (downstream !== undefined) {
      const place = `${here}.use_downstream_protocol_config`;
      report.checkFields(place, downstream, {
        uses: ["http2_protocol_options"],
        ignores: ["http_protocol_options", "http3_protocol_options"],
      });
      if (tls !== undefined) report.refuse(place, "with TLS it is not supported; name one protocol");
      isDownstreams = true;
      http2 = downstream.http2_protocol_options;
      http2Path = `${place}.http2_protocol_options`;
    }
    const upstream = options.upstream_http_protocol_options;
    if (upstream !== undefined) {
      // Names to ask for and to verify, taken from each request: without TLS there is nobody to ask.
      const fields = Object.keys(upstream);
      const rules = tls === undefined ? { uses: [], ignores: fields } : { uses: [] };
      report.checkFields(`${here}.upstream_http_protocol_options`, upstream, rules);
    }
    if (options.explicit_http_config?.http2_protocol_options !== undefined) {
      http2 = options.explicit_http_config.http2_protocol_options;
      http2Path = `${here}.explicit_http_config.http2_protocol_options`;
    }
    if (options.explicit_http_config?.http3_protocol_options !== undefined) {
      report.refuse(`${here}.explicit_http_config`, "HTTP/3 to endpoints is not supported");
    }
    const idle = options.common_http_protocol_options?.idle_timeout;
    if (idle !== undefined) idleTimeoutMs = durationMs(idle);
  }
  return {
    protocol: isDownstreams ? "downstream" : http2 === undefined ? "http1" : "http2",
    idleTimeoutMs,
    ...compileHttp2Options(http2, http2Path, report, ["connection_keepalive"]),
  };
}

import type { ClusterStatus, DataPlane, EndpointState } from "@dualmesh/dataplane";
import { type AdminPage, jsonAnswer, textAnswer } from "./admin-page.ts";

/** `/clusters`: Envoy's lines `orders::10.0.0.1:80::health_flags::healthy`, and its JSON. */
export function clustersPage(dataPlane: DataPlane): AdminPage {
  return {
    path: "/clusters",
    summary: "upstream cluster status",
    parameters: { format: "File format to use; One of (text, json)" },
    answer({ query }) {
      const { clusters } = dataPlane;
      if (query.get("format") === "json") {
        return jsonAnswer({ cluster_statuses: clusters.map((one) => clusterJson(one, dataPlane)) });
      }
      return textAnswer(
        clusters
          .flatMap((one) => clusterLines(one, dataPlane))
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
  };
}

/** Envoy's defaults for what a cluster does not set. */
const DEFAULT_LIMITS = {
  maxConnections: 1_024,
  maxPendingRequests: 1_024,
  maxRequests: 1_024,
  maxRetries: 3,
} as const;

type Limits = Readonly<Record<keyof typeof DEFAULT_LIMITS, number>>;

function limitsOf(name: string, dataPlane: DataPlane): Readonly<Record<"default" | "high", Limits>> {
  const thresholds = dataPlane.cluster(name)?.plan.thresholds;
  return {
    default: { ...DEFAULT_LIMITS, ...thresholds?.default },
    high: { ...DEFAULT_LIMITS, ...thresholds?.high },
  };
}

function clusterLines(cluster: ClusterStatus, dataPlane: DataPlane): readonly string[] {
  const { name, failed, endpoints } = cluster;
  const limits = limitsOf(name, dataPlane);
  return [
    `${name}::observability_name::${name}`,
    ...(failed === undefined ? [] : [`${name}::failed::${failed}`]),
    ...(["default", "high"] as const).flatMap((priority) =>
      Object.entries(limits[priority]).map(
        ([limit, value]) => `${name}::${priority}_priority::${snakeCase(limit)}::${value}`,
      ),
    ),
    ...endpoints.flatMap((endpoint) => {
      const [region = "", zone = "", subZone = ""] = endpoint.locality.split("/");
      const fields: Readonly<Record<string, string | number>> = {
        rq_active: endpoint.active,
        hostname: endpoint.hostname,
        health_flags: healthFlags(endpoint),
        weight: endpoint.weight,
        region,
        zone,
        sub_zone: subZone,
        canary: "false",
        priority: endpoint.priority,
      };
      return Object.entries(fields).map(
        ([field, value]) => `${name}::${endpoint.address}::${field}::${value}`,
      );
    }),
  ];
}

function clusterJson(cluster: ClusterStatus, dataPlane: DataPlane): unknown {
  const limits = limitsOf(cluster.name, dataPlane);
  const threshold = (priority: "default" | "high"): unknown => ({
    ...(priority === "high" ? { priority: "HIGH" } : {}),
    ...Object.fromEntries(
      Object.entries(limits[priority]).map(([limit, value]) => [snakeCase(limit), value]),
    ),
  });
  return {
    name: cluster.name,
    ...(cluster.failed === undefined ? {} : { failed: cluster.failed }),
    host_statuses: cluster.endpoints.map(endpointJson),
    circuit_breakers: { thresholds: [threshold("default"), threshold("high")] },
    observability_name: cluster.name,
  };
}

function endpointJson(endpoint: EndpointState): unknown {
  const [region = "", zone = "", subZone = ""] = endpoint.locality.split("/");
  return {
    address: addressJson(endpoint.address),
    stats: [{ type: "GAUGE", name: "rq_active", value: String(endpoint.active) }],
    health_status: { eds_health_status: endpoint.health.toUpperCase() },
    weight: endpoint.weight,
    ...(endpoint.priority === 0 ? {} : { priority: endpoint.priority }),
    ...(endpoint.hostname === "" ? {} : { hostname: endpoint.hostname }),
    locality: {
      ...(region === "" ? {} : { region }),
      ...(zone === "" ? {} : { zone }),
      ...(subZone === "" ? {} : { sub_zone: subZone }),
    },
  };
}

/** An endpoint's key back into Envoy's form: `10.0.0.1:80`, `[::1]:80`, or a path. */
function addressJson(key: string): unknown {
  const found = /^(?:\[(.+)\]|([^/:]+)):(\d+)$/.exec(key);
  if (found === null) return { pipe: { path: key } };
  return { socket_address: { address: found[1] ?? found[2], port_value: Number(found[3]) } };
}

function healthFlags({ health }: EndpointState): string {
  switch (health) {
    case "healthy":
      return "healthy";
    case "degraded":
      return "/degraded_eds_health";
    case "unhealthy":
      return "/failed_eds_health";
    default:
      return health satisfies never;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

import type { Health } from "@dualmesh/load-balancer";
import { Cluster } from "./cluster.ts";
import type { FailedCluster } from "./cluster-registry.ts";

/** A cluster as the admin page shows it. */
export interface ClusterStatus {
  readonly name: string;
  /** Why it cannot be called; absent when it can. */
  readonly failed?: string;
  readonly endpoints: readonly EndpointState[];
  /** The balancer's priorities and loads, and the thresholds, each in its own text form. */
  readonly balancer: string;
  readonly thresholds: string;
}

export interface EndpointState {
  readonly address: string;
  readonly hostname: string;
  readonly health: Health;
  readonly priority: number;
  readonly weight: number;
  readonly locality: string;
  /** Requests in flight. */
  readonly active: number;
}

export function clusterStatus(cluster: Cluster | FailedCluster): ClusterStatus {
  if (!(cluster instanceof Cluster)) {
    return { name: cluster.name, failed: cluster.failed, endpoints: [], balancer: "", thresholds: "" };
  }
  return {
    name: cluster.plan.name,
    endpoints: cluster.balancer.endpoints.map(({ endpoint, health, active }) => ({
      address: endpoint.key,
      hostname: endpoint.hostname,
      health,
      priority: endpoint.priority ?? 0,
      weight: endpoint.weight ?? 1,
      locality: endpoint.locality ?? "",
      active,
    })),
    balancer: String(cluster.balancer),
    thresholds: String(cluster.thresholds),
  };
}

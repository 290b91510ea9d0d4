import type { JsonObject } from "@dualmesh/envoy-api";

/** Where an address stands. Envoy's `Locality`; absent parts are empty. */
export interface WorkloadLocality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}

/** One address of a workload, complete: what the caller left out has its default. */
export interface WorkloadAddress {
  /** An IPv4 or IPv6 address; EDS carries no host names. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
  /** 0 is tried first. Default 0; by convention the sidecar's port has 0 and the application's own port 1. */
  readonly priority: number;
  /** Share of the calls among the addresses of one priority and locality. 1 to 65535. Default 1. */
  readonly weight: number;
  /** For the `Host` header of health checks and for strict hostname rewriting. Default none. */
  readonly hostname: string;
  readonly locality: WorkloadLocality;
  /** Envoy's `filter_metadata`: by filter name, such as `envoy.lb` for subsets. Default none. */
  readonly metadata: Readonly<Record<string, JsonObject>>;
}

/** What one workload publishes for one cluster, for as long as its lease is renewed. */
export interface Workload {
  readonly cluster: string;
  readonly nodeId: string;
  readonly addresses: readonly WorkloadAddress[];
  /** How long the workload may be silent. Milliseconds. */
  readonly leaseMs: number;
  /** Higher is later: of two workloads with one address, the later one is the one that runs. */
  readonly published: number;
}

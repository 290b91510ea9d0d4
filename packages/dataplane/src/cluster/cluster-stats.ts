import type { Counter, Gauge, Histogram, Metrics } from "@dualmesh/core";

/** The metrics of one cluster, under Envoy's names; resolved once, when the cluster is made. */
export interface ClusterStats {
  readonly requests: Counter;
  readonly active: Gauge;
  readonly completed: Counter;
  readonly reset: Counter;
  readonly timeout: Counter;
  readonly overflow: Counter;
  readonly noneHealthy: Counter;
  readonly connections: Counter;
  readonly connectionsActive: Gauge;
  readonly connectFail: Counter;
  /** Milliseconds from the beginning of an attempt to its end. */
  readonly time: Histogram;
  /** By the first digit of the status; slot 0 is not used. */
  readonly byClass: readonly Counter[];
  readonly members: Gauge;
  readonly healthyMembers: Gauge;
}

export function clusterStats(metrics: Metrics, name: string): ClusterStats {
  const prefix = `cluster.${name}.`;
  return {
    requests: metrics.counter(`${prefix}upstream_rq_total`),
    active: metrics.gauge(`${prefix}upstream_rq_active`),
    completed: metrics.counter(`${prefix}upstream_rq_completed`),
    reset: metrics.counter(`${prefix}upstream_rq_rx_reset`),
    timeout: metrics.counter(`${prefix}upstream_rq_timeout`),
    overflow: metrics.counter(`${prefix}upstream_rq_pending_overflow`),
    noneHealthy: metrics.counter(`${prefix}upstream_cx_none_healthy`),
    connections: metrics.counter(`${prefix}upstream_cx_total`),
    connectionsActive: metrics.gauge(`${prefix}upstream_cx_active`),
    connectFail: metrics.counter(`${prefix}upstream_cx_connect_fail`),
    time: metrics.histogram(`${prefix}upstream_rq_time`),
    byClass: [0, 1, 2, 3, 4, 5].map((digit) => metrics.counter(`${prefix}upstream_rq_${digit}xx`)),
    members: metrics.gauge(`${prefix}membership_total`),
    healthyMembers: metrics.gauge(`${prefix}membership_healthy`),
  };
}

import type { Gauge, Metrics } from "@dualmesh/core";
import type { Resource, RoutingPriority } from "./thresholds.ts";

/** The gauges of one resource, under Envoy's names. */
export interface ThresholdGauge {
  /** 1 while the limit is reached: the circuit is open. */
  readonly open: Gauge;
  /** How many more there may be; `undefined` where nobody asked for it. */
  readonly remaining: Gauge | undefined;
}

const SHORT_NAMES: Readonly<Record<Resource, readonly [open: string, remaining: string]>> = {
  connections: ["cx_open", "remaining_cx"],
  pending: ["rq_pending_open", "remaining_pending"],
  requests: ["rq_open", "remaining_rq"],
  retries: ["rq_retry_open", "remaining_retries"],
};

/** Resolves `<prefix>circuit_breakers.default.rq_open` and its like. */
export function thresholdGauge(
  metrics: Metrics,
  prefix: string,
  priority: RoutingPriority,
  resource: Resource,
  trackRemaining: boolean,
): ThresholdGauge {
  const [open, remaining] = SHORT_NAMES[resource];
  const name = `${prefix}circuit_breakers.${priority}.`;
  return {
    open: metrics.gauge(name + open),
    remaining: trackRemaining ? metrics.gauge(name + remaining) : undefined,
  };
}

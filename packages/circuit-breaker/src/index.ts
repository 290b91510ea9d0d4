// For those who guard a service of their own.
export { type CircuitBreakerOptions, circuitBreaker } from "./circuit-breaker.ts";
// For those who build data planes.
export {
  type ClusterThresholds,
  type ClusterThresholdsOptions,
  createClusterThresholds,
} from "./cluster-thresholds.ts";
export {
  refusedResource,
  TOO_MANY_CONNECTIONS,
  TOO_MANY_PENDING,
  TOO_MANY_REQUESTS,
  TOO_MANY_RETRIES,
} from "./refusal.ts";
export type { Resource, ResourceCounts, RoutingPriority, Thresholds } from "./thresholds.ts";

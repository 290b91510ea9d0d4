// For those who call one of many.
export type { Endpoint, EndpointStatus, Health } from "./endpoint.ts";
export {
  createLoadBalancer,
  type LoadBalancer,
  type LoadBalancerOptions,
  type UpdateSettings,
} from "./load-balancer.ts";
export {
  NO_ENDPOINTS,
  NO_HEALTHY,
  type Pick,
  type PickRequest,
  refusalReason,
  TOO_MANY_PICKS,
} from "./pick.ts";
// For those who show or check what it does.
export type { LevelStatus } from "./picker-table.ts";
export type { LeastRequestPolicy, Policy, RandomPolicy, RoundRobinPolicy } from "./policy.ts";
export {
  type LevelCounts,
  type LevelLoad,
  type PriorityLoadOptions,
  priorityLoads,
} from "./priority-load.ts";

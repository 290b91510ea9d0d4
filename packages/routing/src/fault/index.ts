// For those who disturb requests.

export { DELAY_INJECTED, type FaultFilterOptions, faultFilter } from "./fault-filter.ts";
export { compileFault, type FaultChance, type FaultPlan, type FaultStatus } from "./fault-plan.ts";
export type {
  FaultAbort,
  FaultDelay,
  FaultPolicy,
  FaultRateLimit,
  FaultRuntimeKeys,
} from "./fault-policy.ts";
// The piece that others may need on its own.
export { paceBody } from "./paced-body.ts";

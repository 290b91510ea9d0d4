// For those who let pages of other origins in.

export { type CorsFilterOptions, corsFilter } from "./cors-filter.ts";
export { type CorsDecision, type CorsPlan, compileCors, decideCors, layerCors } from "./cors-plan.ts";
export type { CorsPolicy } from "./cors-policy.ts";

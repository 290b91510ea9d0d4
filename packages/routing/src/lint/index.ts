// For those who look after routes: what is wrong with a table, and what changes with the next.

export { type Detour, type DiffOptions, diffRoutes, type RoutesDiff } from "./diff-routes.ts";
export { FINDING_RULES, type FindingRule, type RouteFinding } from "./finding.ts";
export { type LintOptions, lintRoutes } from "./lint-routes.ts";
export { type SampleRequest, sampleRequests } from "./sample-requests.ts";

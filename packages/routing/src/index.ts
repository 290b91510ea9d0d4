// For those who route requests.

export type { EndpointMetadata } from "./forward/endpoint-metadata.ts";
export type {
  ClusterSpecifier,
  ForwardAction,
  WeightedCluster,
  WeightedClusters,
} from "./forward/forward-action.ts";
export type { HashPolicy } from "./forward/hash-policy.ts";
export type { HedgePolicy } from "./forward/hedge-policy.ts";
export type { HostRewrite } from "./forward/host-rewrite.ts";
export type { Mirror, MirrorPolicy } from "./forward/mirror-policy.ts";
export type { PathRewrite } from "./forward/path-rewrite.ts";
export type { HeaderMutations, HeaderToAdd } from "./headers/header-mutations.ts";
export type { LabelSettings } from "./headers/label-settings.ts";
export { REQUEST_COMMANDS, requestFormat } from "./headers/request-format.ts";
export type { BodyFormat } from "./local/body-format.ts";
export type { DirectResponseAction, NonForwardingAction } from "./local/local-action.ts";
export type { RedirectAction } from "./local/redirect.ts";
export { FILTER_OFF } from "./route/filter-off.ts";
export type { Fraction, RuntimeFraction, RuntimeValues } from "./route/fraction.ts";
export type { MatchFacts } from "./route/match-facts.ts";
export type { RouteAction, RouteConfig, RouteMatchConfig } from "./route/route-config.ts";
export type {
  DirectResponseMatch,
  ForwardMatch,
  NonForwardingMatch,
  PrepareRequestOptions,
  RedirectMatch,
  RouteMatch,
} from "./route/route-match.ts";
export type { RoutePathMatcher } from "./route/route-path.ts";
export { createRouteTable, createRouteTableInSlices, type SlicedOptions } from "./table/build-route-table.ts";
export type { DomainKind } from "./table/domain-index.ts";
export type { DomainVerdict, RouteExplanation, RouteVerdict } from "./table/explanation.ts";
export type { Claim, RouteTable } from "./table/route-table.ts";
export type { RouteTableConfig, RouteTableOptions, VirtualHostConfig } from "./table/route-table-config.ts";

// For those who build data planes: the pieces that the router and filters need on their own.

export { type RewriteAuthorityOptions, rewriteAuthority } from "./forward/host-rewrite.ts";
export { compileWeightedChoice, type WeightedChoice } from "./forward/weighted-choice.ts";
export { compileHeaderMutations, type HeaderMutationPlan } from "./headers/header-mutations.ts";
export { checkFraction, currentFraction, drawFraction, fractionText } from "./route/fraction.ts";
export { portStart } from "./table/authority.ts";
export {
  type FindProblemsOptions,
  findRouteProblems,
  type RouteProblem,
} from "./table/find-route-problems.ts";

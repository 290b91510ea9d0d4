// For those who route requests.

export type { BodyFormat } from "./body-format.ts";
export { createRouteTable, createRouteTableInSlices, type SlicedOptions } from "./build-route-table.ts";
export type { DomainKind } from "./domain-index.ts";
export type { EndpointMetadata } from "./endpoint-metadata.ts";
export type { DomainVerdict, RouteExplanation, RouteVerdict } from "./explanation.ts";
export { FILTER_OFF } from "./filter-off.ts";
export type {
  ClusterSpecifier,
  ForwardAction,
  WeightedCluster,
  WeightedClusters,
} from "./forward-action.ts";
export type { Fraction, RuntimeFraction, RuntimeValues } from "./fraction.ts";
export type { HashPolicy } from "./hash-policy.ts";
export type { HeaderMutations, HeaderToAdd } from "./header-mutations.ts";
export type { HedgePolicy } from "./hedge-policy.ts";
export type { HostRewrite } from "./host-rewrite.ts";
export type { LabelSettings } from "./label-settings.ts";
export type { DirectResponseAction, NonForwardingAction } from "./local-action.ts";
export type { MatchFacts } from "./match-facts.ts";
export type { Mirror, MirrorPolicy } from "./mirror-policy.ts";
export type { PathRewrite } from "./path-rewrite.ts";
export type { RedirectAction } from "./redirect.ts";
export { REQUEST_COMMANDS, requestFormat } from "./request-format.ts";
export type { RouteAction, RouteConfig, RouteMatchConfig } from "./route-config.ts";
export type {
  DirectResponseMatch,
  ForwardMatch,
  NonForwardingMatch,
  PrepareRequestOptions,
  RedirectMatch,
  RouteMatch,
} from "./route-match.ts";
export type { RoutePathMatcher } from "./route-path.ts";
export type { Claim, RouteTable } from "./route-table.ts";
export type { RouteTableConfig, RouteTableOptions, VirtualHostConfig } from "./route-table-config.ts";

// For those who build data planes: the pieces that the router and filters need on their own.

export { portStart } from "./authority.ts";
export { checkFraction, currentFraction, drawFraction, fractionText } from "./fraction.ts";
export { compileHeaderMutations, type HeaderMutationPlan } from "./header-mutations.ts";
export { type RewriteAuthorityOptions, rewriteAuthority } from "./host-rewrite.ts";
export { compileWeightedChoice, type WeightedChoice } from "./weighted-choice.ts";

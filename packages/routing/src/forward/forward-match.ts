import type { FormatContext, Hash64, RequestHead } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import { applyHeaderLevels } from "../headers/header-levels.ts";
import type { HeaderMutationPlan } from "../headers/header-mutations.ts";
import { compileLabels, type LabelPlan } from "../headers/label-settings.ts";
import { requestFormat } from "../headers/request-format.ts";
import { compileMatchParts, MatchBase, type MatchParts } from "../route/match-base.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import type { ForwardMatch, PrepareRequestOptions } from "../route/route-match.ts";
import { headerPlans, type RouteScope } from "../route/route-scope.ts";
import { type EndpointMetadata, mergeEndpointMetadata } from "./endpoint-metadata.ts";
import type { WeightedCluster } from "./forward-action.ts";
import type { ForwardPlan } from "./forward-plan.ts";
import type { HedgePolicy } from "./hedge-policy.ts";
import { rewriteAuthority } from "./host-rewrite.ts";
import type { Mirror } from "./mirror-policy.ts";
import { rewritePath } from "./path-rewrite.ts";

/** All of a match but the name of the cluster, which a request may bring. */
export interface ForwardParts<Retry, Extra> extends MatchParts<Extra> {
  readonly plan: ForwardPlan<Retry>;
  readonly requestPlans: readonly HeaderMutationPlan[];
  readonly labels: LabelPlan | undefined;
  readonly clusterExtra: Extra | undefined;
  readonly endpointMetadata: EndpointMetadata | undefined;
  /** The weighted cluster's own rewrite; empty for none. */
  readonly clusterHost: string;
}

/** Compiles the parts, for a route or for one weighted cluster of it. */
export function compileForwardParts<Retry, Extra>(
  scope: RouteScope<Retry, Extra>,
  plan: ForwardPlan<Retry>,
  weighted?: WeightedCluster<Extra>,
): ForwardParts<Retry, Extra> {
  return {
    ...compileMatchParts(scope, weighted),
    plan,
    requestPlans: headerPlans(scope, "requestHeaders", weighted),
    labels: compileLabels(
      [weighted, scope.route, scope.virtualHost].map((level) => level?.setLabels),
      scope.commands,
    ),
    clusterExtra: weighted?.extra,
    endpointMetadata: mergeEndpointMetadata(plan.endpointMetadata, weighted?.endpointMetadata),
    clusterHost: weighted?.hostRewrite ?? "",
  };
}

/** A route that forwards, with the cluster that was chosen. */
export class Forward<Retry, Extra> extends MatchBase<Extra> implements ForwardMatch<Retry, Extra> {
  readonly kind = "forward";
  readonly cluster: string;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  readonly maxStreamDurationMs: number | undefined;
  readonly grpcTimeoutHeaderMaxMs: number | undefined;
  readonly grpcTimeoutHeaderOffsetMs: number;
  readonly maxGrpcTimeoutMs: number | undefined;
  readonly grpcTimeoutOffsetMs: number;
  readonly retryPolicy: Retry | undefined;
  readonly hedgePolicy: HedgePolicy | undefined;
  readonly mirrors: readonly Mirror[];
  readonly hashesRequests: boolean;
  readonly priority: "default" | "high";
  readonly clusterNotFoundStatus: 404 | 500 | 503;
  readonly rewritesHostToEndpoint: boolean;
  readonly appendForwardedHost: boolean;
  readonly clusterExtra: Extra | undefined;
  readonly endpointMetadata: EndpointMetadata | undefined;
  readonly #parts: ForwardParts<Retry, Extra>;

  constructor(parts: ForwardParts<Retry, Extra>, cluster: string) {
    super(parts);
    const { plan } = parts;
    this.cluster = cluster;
    this.timeoutMs = plan.timeoutMs;
    this.idleTimeoutMs = plan.idleTimeoutMs;
    this.maxStreamDurationMs = plan.maxStreamDurationMs;
    this.grpcTimeoutHeaderMaxMs = plan.grpcTimeoutHeaderMaxMs;
    this.grpcTimeoutHeaderOffsetMs = plan.grpcTimeoutHeaderOffsetMs;
    this.maxGrpcTimeoutMs = plan.maxGrpcTimeoutMs;
    this.grpcTimeoutOffsetMs = plan.grpcTimeoutOffsetMs;
    this.retryPolicy = plan.retryPolicy;
    this.hedgePolicy = plan.hedgePolicy;
    this.mirrors = plan.mirrors;
    this.hashesRequests = plan.keyOfRequest !== undefined;
    this.priority = plan.priority;
    this.clusterNotFoundStatus = plan.clusterNotFoundStatus;
    this.rewritesHostToEndpoint = plan.rewritesHostToEndpoint;
    this.appendForwardedHost = plan.appendForwardedHost;
    this.clusterExtra = parts.clusterExtra;
    this.endpointMetadata = parts.endpointMetadata;
    this.#parts = parts;
  }

  hash(head: MatchableHead, facts: MatchFacts, setCookie?: (value: string) => void): Hash64 | undefined {
    return this.#parts.plan.keyOfRequest?.(head, facts, setCookie);
  }

  rewrittenPath(head: MatchableHead, context: FormatContext = requestFormat(head)): string | undefined {
    return this.#parts.plan.rewritePath?.(head.path, context);
  }

  rewrittenHost(head: MatchableHead, context: FormatContext = requestFormat(head)): string | undefined {
    return this.#parts.plan.rewriteHost?.(head, context);
  }

  prepareRequest(head: RequestHead, context: FormatContext, options: PrepareRequestOptions = {}): void {
    const { originalHeaders = true } = options;
    const { requestPlans, labels, clusterHost } = this.#parts;
    applyHeaderLevels(requestPlans, head.headers, context);
    labels?.apply(head.headers, context);
    // Leaves no word of the host before: what the route's own rewrite then calls original is this one, as in Envoy.
    if (clusterHost !== "") head.authority = clusterHost;
    const host = this.rewrittenHost(head, context);
    if (host !== undefined) {
      rewriteAuthority(head, host, { appendForwardedHost: this.appendForwardedHost, originalHeaders });
    }
    const path = this.rewrittenPath(head, context);
    if (path !== undefined) rewritePath(head, path, { originalHeaders });
  }
}

import { MeshError } from "@dualmesh/core";
import { checkKeys, checkList, checkOneOf, knownKeys } from "@dualmesh/matching";
import type { RoutePath } from "../route/route-path.ts";
import type { RouteScope } from "../route/route-scope.ts";
import type { ForwardAction } from "./forward-action.ts";
import type { ForwardSettings } from "./forward-settings.ts";
import { compileHashPolicies, type KeyOfRequest } from "./hash-policy.ts";
import type { HedgePolicy } from "./hedge-policy.ts";
import { compileHostRewrite, type HostRewriter } from "./host-rewrite.ts";
import { compileMirror } from "./mirror-policy.ts";
import { compilePathRewrite, type PathRewriter } from "./path-rewrite.ts";

/** What forwarding means for one route, whichever of its clusters is drawn. */
export interface ForwardPlan<Retry> extends ForwardSettings<Retry> {
  readonly keyOfRequest: KeyOfRequest | undefined;
  readonly rewritePath: PathRewriter | undefined;
  readonly rewriteHost: HostRewriter | undefined;
}

/** Envoy's, where a route says nothing. */
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Compiles what all clusters of a route share.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a duration below 0 or without end, a bad rewrite or hash policy.
 */
export function compileForwardPlan<Retry, Extra>(
  action: ForwardAction<Retry, Extra>,
  path: RoutePath,
  scope: RouteScope<Retry, Extra>,
): ForwardPlan<Retry> {
  const { table, virtualHost } = scope;
  const {
    hostRewrite,
    pathRewrite,
    hashPolicies = [],
    mirrors = virtualHost.mirrors ?? table.mirrors ?? [],
  } = action;
  checkList("forward", "mirrors", mirrors);
  checkList("forward", "hashPolicies", hashPolicies);
  checkOneOf("forward", "priority", action.priority, PRIORITIES);
  checkOneOf("forward", "clusterNotFoundStatus", action.clusterNotFoundStatus, NOT_FOUND);
  if (action.hedgePolicy !== undefined) checkKeys("hedge policy", action.hedgePolicy, HEDGE_KEYS);
  return {
    timeoutMs: duration("timeoutMs", action.timeoutMs) ?? DEFAULT_TIMEOUT_MS,
    idleTimeoutMs: duration("idleTimeoutMs", action.idleTimeoutMs),
    maxStreamDurationMs: duration("maxStreamDurationMs", action.maxStreamDurationMs),
    grpcTimeoutHeaderMaxMs: duration("grpcTimeoutHeaderMaxMs", action.grpcTimeoutHeaderMaxMs),
    grpcTimeoutHeaderOffsetMs: duration("grpcTimeoutHeaderOffsetMs", action.grpcTimeoutHeaderOffsetMs) ?? 0,
    maxGrpcTimeoutMs: duration("maxGrpcTimeoutMs", action.maxGrpcTimeoutMs),
    grpcTimeoutOffsetMs: duration("grpcTimeoutOffsetMs", action.grpcTimeoutOffsetMs) ?? 0,
    retryPolicy: action.retryPolicy ?? virtualHost.retryPolicy,
    hedgePolicy: action.hedgePolicy,
    keyOfRequest: hashPolicies.length === 0 ? undefined : compileHashPolicies(hashPolicies, scope.limits),
    mirrors: mirrors.map((policy) => compileMirror(policy, scope.commands)),
    endpointMetadata: action.endpointMetadata,
    priority: action.priority ?? "default",
    clusterNotFoundStatus: action.clusterNotFoundStatus ?? 503,
    rewritesHostToEndpoint: hostRewrite?.kind === "endpoint",
    appendForwardedHost: action.appendForwardedHost ?? false,
    rewritePath: pathRewrite && compilePathRewrite(pathRewrite, path, scope),
    rewriteHost: hostRewrite && compileHostRewrite(hostRewrite, scope),
  };
}

const PRIORITIES = ["default", "high"] as const;
const NOT_FOUND = [404, 500, 503] as const;
const HEDGE_KEYS = knownKeys<HedgePolicy>(
  "initialRequests",
  "additionalRequestChance",
  "hedgeOnPerTryTimeout",
);

function duration(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (value >= 0 && Number.isFinite(value))) return value;
  throw new MeshError("INVALID_ARGUMENT", `${name} must be 0 or more milliseconds, got ${value}`);
}

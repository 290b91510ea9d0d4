import type { Random } from "@dualmesh/core";
import { compileStringMatcher, type MatchableHead, type StringPredicate } from "@dualmesh/matching";
import { checkFraction, drawFraction, type RuntimeFraction, type RuntimeValues } from "../route/fraction.ts";
import type { CorsPolicy } from "./cors-policy.ts";

/** A policy, compiled once. */
export interface CorsPlan extends Omit<CorsPolicy, "allowOrigins"> {
  readonly allowOrigins: readonly StringPredicate[];
}

/** What is to be done with a request. */
export type CorsDecision =
  /** Nothing: it names no origin, or the filter is not enabled. */
  | { readonly kind: "pass" }
  /** It is only counted. */
  | { readonly kind: "shadow"; readonly allowed: boolean }
  /** It goes on; the answer gets these fields, in place of those that it has. A flat list, empty for a strange origin. */
  | { readonly kind: "forward"; readonly allowed: boolean; readonly headers: readonly string[] }
  /** It is answered at once, with these fields. */
  | { readonly kind: "preflight"; readonly allowed: boolean; readonly headers: readonly string[] };

const ANY: StringPredicate = { matches: () => true, toString: () => "any" };

/**
 * Compiles a policy.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad matcher or share.
 */
export function compileCors(policy: CorsPolicy): CorsPlan {
  const { allowOrigins = [], enabled, shadow } = policy;
  if (enabled !== undefined) checkFraction("cors, enabled", enabled);
  if (shadow !== undefined) checkFraction("cors, shadow", shadow);
  return {
    ...policy,
    allowOrigins: allowOrigins.map((matcher) =>
      matcher.kind === "exact" && matcher.value === "*" ? ANY : compileStringMatcher(matcher),
    ),
  };
}

/**
 * The policy that several levels make together, the most specific first: each field is that of the first level which has
 * it. Only whether it is enabled, or in shadow, the most specific level says alone, and be it by its silence.
 */
export function layerCors(levels: readonly CorsPlan[]): CorsPlan | undefined {
  const [first] = levels;
  if (first === undefined || levels.length === 1) return first;
  const text = (field: "allowMethods" | "allowHeaders" | "exposeHeaders" | "maxAge"): string | undefined =>
    levels.find((level) => (level[field] ?? "") !== "")?.[field];
  const flag = (
    field: "allowCredentials" | "allowPrivateNetworkAccess" | "forwardNotMatchingPreflights",
  ): boolean | undefined => levels.find((level) => level[field] !== undefined)?.[field];
  return {
    allowOrigins: levels.find((level) => level.allowOrigins.length > 0)?.allowOrigins ?? [],
    allowMethods: text("allowMethods"),
    allowHeaders: text("allowHeaders"),
    exposeHeaders: text("exposeHeaders"),
    maxAge: text("maxAge"),
    allowCredentials: flag("allowCredentials"),
    allowPrivateNetworkAccess: flag("allowPrivateNetworkAccess"),
    forwardNotMatchingPreflights: flag("forwardNotMatchingPreflights"),
    enabled: first.enabled,
    shadow: first.shadow,
  };
}

const PASS: CorsDecision = Object.freeze({ kind: "pass" });

/** Decides. Draws where the policy is for a share of requests only. */
export function decideCors(
  plan: CorsPlan,
  head: MatchableHead,
  random: Random,
  runtime: RuntimeValues | undefined,
): CorsDecision {
  const origin = joined(head, "origin");
  if (origin === "") return PASS;
  const draw = (share: RuntimeFraction): boolean => drawFraction(share, random, runtime);
  const enabled = plan.enabled === undefined || draw(plan.enabled);
  if (!enabled && (plan.shadow === undefined || !draw(plan.shadow))) return PASS;
  const allowed = plan.allowOrigins.some((matcher) => matcher.matches(origin));
  if (!enabled) return { kind: "shadow", allowed };
  const method = head.method === "OPTIONS" ? joined(head, "access-control-request-method") : "";
  if (method === "" || !(allowed || plan.forwardNotMatchingPreflights === false)) {
    return { kind: "forward", allowed, headers: allowed ? originHeaders(plan, origin) : [] };
  }
  // A strange origin learns what the policy says, but not that it is meant.
  const headers = [
    ...(allowed ? originHeaders(plan, origin) : credentials(plan)),
    ...preflightHeaders(plan, head, method),
  ];
  return { kind: "preflight", allowed, headers };
}

/** What every answer to an allowed origin carries. */
function originHeaders(plan: CorsPlan, origin: string): readonly string[] {
  const { exposeHeaders = "" } = plan;
  const expose = exposeHeaders === "" ? [] : ["access-control-expose-headers", exposeHeaders];
  return ["access-control-allow-origin", origin, ...credentials(plan), ...expose];
}

function credentials({ allowCredentials }: CorsPlan): readonly string[] {
  return allowCredentials === true ? ["access-control-allow-credentials", "true"] : [];
}

function preflightHeaders(plan: CorsPlan, head: MatchableHead, method: string): readonly string[] {
  const { allowMethods = "", allowHeaders = "", maxAge = "" } = plan;
  const headers: string[] = [];
  if (allowMethods !== "") {
    headers.push("access-control-allow-methods", allowMethods === "*" ? method : allowMethods);
  }
  if (allowHeaders !== "") {
    const asked = allowHeaders === "*" ? joined(head, "access-control-request-headers") : allowHeaders;
    headers.push("access-control-allow-headers", asked);
  }
  if (maxAge !== "") headers.push("access-control-max-age", maxAge);
  const asksPrivate = joined(head, "access-control-request-private-network") === "true";
  if (asksPrivate && plan.allowPrivateNetworkAccess === true) {
    headers.push("access-control-allow-private-network", "true");
  }
  return headers;
}

/** Several fields are one value, with commas, which then is no origin. Empty if there is none. */
function joined({ headers }: MatchableHead, name: string): string {
  return headers.getAll(name).join(",");
}

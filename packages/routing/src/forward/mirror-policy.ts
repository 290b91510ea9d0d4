import { type FormatContext, MeshError, type RequestHead, systemRandom } from "@dualmesh/core";
import {
  checkKeys,
  checkKind,
  checkList,
  checkText,
  fieldName,
  firstValue,
  knownKeys,
  type MatchableHead,
} from "@dualmesh/matching";
import { compileHeaderMutations, type HeaderMutations } from "../headers/header-mutations.ts";
import { checkFraction, drawFraction, type RuntimeFraction } from "../route/fraction.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import { portStart } from "../table/authority.ts";
import { type ClusterSpecifier, TARGET_KINDS } from "./forward-action.ts";

/**
 * Sends a copy of requests to one more cluster, whose answers nobody gets.
 *
 * @see Envoy, `envoy.config.route.v3.RouteAction.RequestMirrorPolicy`
 */
export interface MirrorPolicy {
  /** By header: as the upstream sees it; where it is missing or empty, nothing is mirrored. */
  readonly cluster: Exclude<ClusterSpecifier, { readonly kind: "weighted" }>;
  /** Which share of the requests. Default: all. */
  readonly fraction?: RuntimeFraction;
  /** The authority of the copy, to the letter. Default: that which the upstream sees, with the suffix. */
  readonly hostRewrite?: string;
  /** Puts `-shadow` behind the host and before its port: logs of upstreams tell by it. Default true. */
  readonly shadowSuffix?: boolean;
  /** Applied one after the other, to the copy alone. */
  readonly requestHeaders?: readonly HeaderMutations[];
}

/** A policy, compiled once. */
export interface Mirror {
  /**
   * The cluster that gets a copy of this request; `undefined` where chance or a header says that none does.
   *
   * @param head the request as the upstream sees it.
   */
  target(head: MatchableHead, facts: MatchFacts): string | undefined;
  /** Makes the copy of a head what the cluster is to see. */
  prepareRequest(head: RequestHead, context: FormatContext): void;
  /** `a 5 of 100`. Stable. */
  toString(): string;
}

/**
 * Compiles a policy.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name, a bad share, or header mutations that are none.
 */
export function compileMirror(policy: MirrorPolicy, commands: ReadonlySet<string>): Mirror {
  checkKeys("mirror", policy, KEYS);
  const { cluster, fraction, hostRewrite = "", shadowSuffix = true } = policy;
  checkKind("mirror", cluster, TARGET_KINDS);
  checkList("mirror", "requestHeaders", policy.requestHeaders);
  checkText("mirror", "the cluster", cluster.kind === "single" ? cluster.name : cluster.headerName);
  if ((cluster.kind === "single" ? cluster.name : cluster.headerName) === "")
    throw new MeshError("INVALID_ARGUMENT", "mirror: neither a cluster nor a header that names one is given");
  if (fraction !== undefined) checkFraction("mirror", fraction);
  const field = cluster.kind === "header" ? fieldName(cluster.headerName) : undefined;
  const plans = (policy.requestHeaders ?? []).map((one) => compileHeaderMutations(one, commands));
  return {
    target(head, { random = systemRandom, runtime }) {
      if (fraction !== undefined && !drawFraction(fraction, random, runtime)) return undefined;
      return cluster.kind === "single" ? cluster.name : firstValue(head, field ?? "") || undefined;
    },
    prepareRequest(head, context) {
      if (hostRewrite !== "") head.authority = hostRewrite;
      else if (shadowSuffix) head.authority = withSuffix(head.authority);
      for (const plan of plans) plan.apply(head.headers, context);
    },
    toString: () => mirrorText(policy),
  };
}

const KEYS = knownKeys<MirrorPolicy>("cluster", "fraction", "hostRewrite", "shadowSuffix", "requestHeaders");

/** `a 5 of 100`. Stable. */
export function mirrorText({ cluster, fraction }: MirrorPolicy): string {
  const name =
    cluster.kind === "single" ? cluster.name : `the cluster that header ${cluster.headerName} names`;
  return fraction === undefined ? name : `${name} ${fraction.numerator} of ${fraction.denominator}`;
}

function withSuffix(authority: string): string {
  const port = portStart(authority);
  return `${authority.slice(0, port)}-shadow${authority.slice(port)}`;
}

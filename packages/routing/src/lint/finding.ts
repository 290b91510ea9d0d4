import type { RouteConfig } from "../route/route-config.ts";

/**
 * What may be wrong with a table.
 *
 * - `unreachable-route`: an earlier route takes all its requests.
 * - `never-matches`: no request can fulfil it.
 * - `domain-never-matches`: no authority can be claimed by it.
 * - `overlapping-domains`: of two virtual hosts, one takes requests that the other claims, too, and not as one expects.
 * - `no-routes`: a virtual host answers everything with 404.
 * - `share-not-met`: a weighted cluster never gets a request, or a share is not what it looks like.
 * - `unknown-cluster`: it leads to a cluster that is not there.
 * - `plain-regex`: an expression says what a plain matcher says better.
 * - `redirect-loop`: clients that follow come back to where they were.
 */
export type FindingRule = (typeof RULES)[number];

const RULES = [
  "unreachable-route",
  "never-matches",
  "domain-never-matches",
  "overlapping-domains",
  "no-routes",
  "share-not-met",
  "unknown-cluster",
  "plain-regex",
  "redirect-loop",
] as const;

/** All rules. */
export const FINDING_RULES: readonly FindingRule[] = RULES;

/** One thing that may be wrong, and what to do about it. */
export interface RouteFinding {
  readonly rule: FindingRule;
  readonly virtualHost: string;
  /** The place of the route in its virtual host, from 1; absent for what is about the virtual host. */
  readonly position?: number;
  /** One sentence. */
  readonly message: string;
  /** `virtual host "shop", route 3 ("api"): …`. */
  toString(): string;
}

/** Where a finding is. */
export interface FindingPlace {
  readonly virtualHost: string;
  readonly position?: number;
  readonly route?: RouteConfig;
}

export function finding(rule: FindingRule, place: FindingPlace, message: string): RouteFinding {
  const { virtualHost, position, route } = place;
  const name = route?.name ? ` ("${route.name}")` : "";
  const where = position === undefined ? "" : `, route ${position}${name}`;
  return {
    rule,
    virtualHost,
    ...(position === undefined ? {} : { position }),
    message,
    toString: () => `virtual host "${virtualHost}"${where}: ${message} (${rule})`,
  };
}

import type { MatchableHead } from "@dualmesh/matching";
import type { CompiledRoute } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import { claims, type Domain, type DomainKind } from "./domain-index.ts";
import type { CompiledTable } from "./route-table.ts";

/** Why a request goes where it goes. */
export interface RouteExplanation {
  /** The authority as it was compared. */
  readonly authority: string;
  /** What of the path took part in matching. */
  readonly path: string;
  /** Every domain of the table, in order of listing. */
  readonly domains: readonly DomainVerdict[];
  /** The branches of the virtual host's tree of matchers that were taken; empty if it has none. */
  readonly steps: readonly string[];
  /** Every route of the virtual host that was chosen, or of the tree's end; empty if there is none. */
  readonly routes: readonly RouteVerdict[];
  /** One line per domain and route. Stable. */
  toString(): string;
}

/** What became of a domain. */
export interface DomainVerdict {
  readonly virtualHost: string;
  readonly domain: string;
  readonly kind: DomainKind;
  /** `shadowed`: it claims the authority too, but a more specific one was chosen. */
  readonly verdict: "chosen" | "shadowed" | "other";
}

/** What became of a route. */
export interface RouteVerdict {
  /** Its place among the routes of the virtual host, from 1. */
  readonly position: number;
  readonly name: string;
  /** Conditions and action. */
  readonly route: string;
  /** `by-chance`: some requests take it, the others go on. `not-reached`: one before it was chosen. */
  readonly verdict: "chosen" | "by-chance" | "refused" | "not-reached";
  /** Why it was refused, or how likely it is; else empty. */
  readonly reason: string;
}

/** Explains a choice. Draws nothing: a share of requests shows as such. */
export function explainRoute<Retry, Extra>(
  { domains: index, hosts }: Pick<CompiledTable<Retry, Extra>, "domains" | "hosts">,
  head: MatchableHead,
  path: string,
  facts: MatchFacts,
): RouteExplanation {
  const authority = index.normalize(head.authority);
  const chosen = index.find(head.authority);
  const host = chosen && hosts[chosen.host];
  const nameOf = (domain: Domain): string => hosts[domain.host]?.name ?? "";
  const domains = index.domains.map((domain) => domainVerdict(domain, nameOf(domain), authority, chosen));
  const steps = host?.tree?.explain(head, facts) ?? [];
  const list = host?.listFor(head, facts)?.routes ?? [];
  const tls = host?.tlsRedirect(head) !== undefined;
  const routes = routeVerdicts(list, head, path, facts, tls);
  return {
    authority,
    path,
    domains,
    steps,
    routes,
    toString: () =>
      [
        `authority ${authority}, path ${path}`,
        ...domains.map(domainLine),
        ...steps.map((step) => `  step        ${step}`),
        ...routes.map(routeLine),
      ].join("\n"),
  };
}

function domainVerdict(
  domain: Domain,
  virtualHost: string,
  authority: string,
  chosen: Domain | undefined,
): DomainVerdict {
  const verdict = domain === chosen ? "chosen" : claims(domain, authority) ? "shadowed" : "other";
  return { virtualHost, domain: domain.pattern, kind: domain.kind, verdict };
}

function routeVerdicts<Retry, Extra>(
  routes: readonly CompiledRoute<Retry, Extra>[],
  head: MatchableHead,
  path: string,
  facts: MatchFacts,
  tls: boolean,
): readonly RouteVerdict[] {
  let decided = tls;
  return routes.map(({ name, text, matcher }, i) => {
    const verdict = (kind: RouteVerdict["verdict"], reason = ""): RouteVerdict => ({
      position: i + 1,
      name,
      route: text,
      verdict: kind,
      reason,
    });
    if (decided) return verdict("not-reached", tls ? "TLS is required" : "");
    const mismatch = matcher.mismatch(head, path, facts);
    if (mismatch !== undefined) return verdict("refused", mismatch);
    if (matcher.chance !== undefined) return verdict("by-chance", matcher.chance);
    decided = true;
    return verdict("chosen");
  });
}

function domainLine({ virtualHost, domain, verdict }: DomainVerdict): string {
  return `  ${verdict.padEnd(11)} domain ${domain} of virtual host "${virtualHost}"`;
}

function routeLine({ position, route, verdict, reason }: RouteVerdict): string {
  return `  ${verdict.padEnd(11)} ${position}. ${route}${reason === "" ? "" : ` (${reason})`}`;
}

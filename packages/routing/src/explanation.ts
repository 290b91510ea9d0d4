import type { MatchableHead } from "@dualmesh/matching";
import type { CompiledVirtualHost } from "./compiled-virtual-host.ts";
import { claims, type Domain, type DomainIndex, type DomainKind } from "./domain-index.ts";

/** Why a request goes where it goes. */
export interface RouteExplanation {
  /** The authority as it was compared. */
  readonly authority: string;
  /** What of the path took part in matching. */
  readonly path: string;
  /** Every domain of the table, in order of listing. */
  readonly domains: readonly DomainVerdict[];
  /** Every route of the virtual host that was chosen; empty if there is none. */
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
  head: MatchableHead,
  path: string,
  index: DomainIndex<CompiledVirtualHost<Retry, Extra>>,
): RouteExplanation {
  const authority = index.normalize(head.authority);
  const chosen = index.find(head.authority);
  const domains = index.domains.map((domain) => domainVerdict(domain, authority, chosen));
  const tls = chosen?.host.tlsRedirect(head) !== undefined;
  const routes = chosen === undefined ? [] : routeVerdicts(chosen.host, head, path, tls);
  return {
    authority,
    path,
    domains,
    routes,
    toString: () =>
      [`authority ${authority}, path ${path}`, ...domains.map(domainLine), ...routes.map(routeLine)].join(
        "\n",
      ),
  };
}

function domainVerdict<H extends { readonly name: string }>(
  domain: Domain<H>,
  authority: string,
  chosen: Domain<H> | undefined,
): DomainVerdict {
  const verdict = domain === chosen ? "chosen" : claims(domain, authority) ? "shadowed" : "other";
  return { virtualHost: domain.host.name, domain: domain.pattern, kind: domain.kind, verdict };
}

function routeVerdicts<Retry, Extra>(
  host: CompiledVirtualHost<Retry, Extra>,
  head: MatchableHead,
  path: string,
  tls: boolean,
): readonly RouteVerdict[] {
  let decided = tls;
  return host.routes.map(({ name, order, text, matcher }) => {
    const verdict = (kind: RouteVerdict["verdict"], reason = ""): RouteVerdict => ({
      position: order + 1,
      name,
      route: text,
      verdict: kind,
      reason,
    });
    if (decided) return verdict("not-reached", tls ? "TLS is required" : "");
    const mismatch = matcher.mismatch(head, path);
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

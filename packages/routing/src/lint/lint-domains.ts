import { portStart } from "../table/authority.ts";
import { claims, type Domain } from "../table/domain-index.ts";
import type { CompiledTable } from "../table/route-table.ts";
import { finding, type RouteFinding } from "./finding.ts";

/** Looks at which authorities each virtual host can get. */
export function lintDomains({
  config,
  domains: index,
  hosts,
}: CompiledTable<unknown, unknown>): readonly RouteFinding[] {
  const { domains } = index;
  const nameOf = ({ host }: Domain): string => hosts[host]?.name ?? "";
  return [
    ...hosts
      .filter(({ routes }) => routes.length === 0)
      .map(({ name }) =>
        finding("no-routes", { virtualHost: name }, "it has no routes, and answers all requests with 404"),
      ),
    ...domains.flatMap((domain) => {
      const never = whyNever(domain, config.ignorePortInHostMatching ?? false);
      return never === undefined
        ? []
        : [
            finding(
              "domain-never-matches",
              { virtualHost: nameOf(domain) },
              `domain ${domain.pattern} ${never}`,
            ),
          ];
    }),
    ...domains.flatMap((domain) => overlaps(domain, domains, nameOf)),
  ];
}

function whyNever({ kind, pattern }: Domain, ignorePort: boolean): string | undefined {
  const fixed = kind === "any" ? "" : pattern.replace(kind === "prefix" ? /\*$/ : /^\*/, "");
  if (fixed.includes("*")) {
    return "has a star that is neither its first nor its last character, and so is a character like any other";
  }
  if (ignorePort && portStart(pattern) < pattern.length && kind !== "prefix") {
    return "has a port, while requests are looked up without theirs: leave it out";
  }
  return undefined;
}

/** Requests for a more specific domain never come to the wildcard that claims them too; that is said once for each pair. */
function overlaps(
  wildcard: Domain,
  domains: readonly Domain[],
  nameOf: (domain: Domain) => string,
): readonly RouteFinding[] {
  if (wildcard.kind !== "suffix" && wildcard.kind !== "prefix") return [];
  const taken = domains.filter((other) => {
    if (other.host === wildcard.host || other.kind === "any" || other === wildcard) return false;
    const sample = other.kind === "exact" ? other.pattern : other.pattern.replace("*", "sample");
    return claims(wildcard, sample) && isBefore(other, wildcard);
  });
  if (taken.length === 0) return [];
  const shown = taken.slice(0, MAX_SHOWN).map((other) => `${other.pattern} of "${nameOf(other)}"`);
  const more = taken.length > MAX_SHOWN ? ` and ${taken.length - MAX_SHOWN} more` : "";
  return [
    finding(
      "overlapping-domains",
      { virtualHost: nameOf(wildcard) },
      `domain ${wildcard.pattern} claims what goes to ${shown.join(", ")}${more}: the more specific one wins, whatever the order`,
    ),
  ];
}

const MAX_SHOWN = 3;
const RANK = { exact: 0, suffix: 1, prefix: 2, any: 3 } as const;

function isBefore(a: Domain, b: Domain): boolean {
  if (RANK[a.kind] !== RANK[b.kind]) return RANK[a.kind] < RANK[b.kind];
  return a.pattern.length > b.pattern.length;
}

import { portStart } from "../authority.ts";
import type { Domain } from "../domain-index.ts";
import type { CompiledTable } from "../route-table.ts";
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
    ...takenFrom(domains).flatMap(([wildcard, taken]) => overlaps(wildcard, taken, nameOf)),
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

/** Each wildcard with the more specific domains of others that it claims too, in order of listing. */
function takenFrom(domains: readonly Domain[]): readonly (readonly [Domain, readonly Domain[]])[] {
  const taken = new Map<Domain, Domain[]>();
  const byFixed = new Map<string, Domain>();
  const lengths = new Set<number>();
  for (const domain of domains) {
    if (domain.kind !== "suffix" && domain.kind !== "prefix") continue;
    taken.set(domain, []);
    byFixed.set(domain.pattern, domain);
    lengths.add(domain.pattern.length - 1);
  }
  for (const other of domains) {
    if (other.kind === "any") continue;
    const sample = other.kind === "exact" ? other.pattern : other.pattern.replace("*", "sample");
    for (const length of lengths) {
      if (sample.length <= length) continue;
      for (const pattern of [`*${sample.slice(sample.length - length)}`, `${sample.slice(0, length)}*`]) {
        const wildcard = byFixed.get(pattern);
        if (wildcard === undefined || wildcard === other || wildcard.host === other.host) continue;
        if (isBefore(other, wildcard)) taken.get(wildcard)?.push(other);
      }
    }
  }
  return [...taken];
}

/** Requests for a more specific domain never come to the wildcard that claims them too; that is said once for each pair. */
function overlaps(
  wildcard: Domain,
  taken: readonly Domain[],
  nameOf: (domain: Domain) => string,
): readonly RouteFinding[] {
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

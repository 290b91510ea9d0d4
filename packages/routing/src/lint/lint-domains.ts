import { portStart } from "../table/authority.ts";
import type { Domain } from "../table/domain-index.ts";
import type { CompiledTable } from "../table/route-table.ts";
import { finding, type RouteFinding } from "./finding.ts";

/** Looks at which authorities each virtual host can get. */
export function lintDomains({
  config,
  domains: index,
  hosts,
}: CompiledTable<unknown, unknown>): readonly RouteFinding[] {
  const { domains } = index;
  const suffixes = domains.filter(({ kind }) => kind === "suffix");
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
    ...domains.flatMap((domain) => overlaps(domain, suffixes, nameOf)),
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

/**
 * Of a suffix and a prefix of two virtual hosts the suffix wins what both claim, however long the prefix is. (That an exact
 * domain, or a longer wildcard of the same kind, stands before a wider one is what one expects.)
 */
function overlaps(
  prefix: Domain,
  suffixes: readonly Domain[],
  nameOf: (domain: Domain) => string,
): readonly RouteFinding[] {
  if (prefix.kind !== "prefix") return [];
  const winners = suffixes.filter(({ host }) => host !== prefix.host);
  if (winners.length === 0) return [];
  const shown = winners.slice(0, MAX_SHOWN).map((one) => `${one.pattern} of "${nameOf(one)}"`);
  const more = winners.length > MAX_SHOWN ? ` and ${winners.length - MAX_SHOWN} more` : "";
  const example = prefix.pattern.replace("*", "x") + (winners[0] as Domain).pattern.slice(1);
  return [
    finding(
      "overlapping-domains",
      { virtualHost: nameOf(prefix) },
      `domain ${prefix.pattern} loses what ${shown.join(", ")}${more} claims too, such as ${example}: suffixes go before prefixes`,
    ),
  ];
}

const MAX_SHOWN = 3;

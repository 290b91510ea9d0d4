import type { RouteTable } from "../table/route-table.ts";
import { CompiledTable } from "../table/route-table.ts";
import type { RouteFinding } from "./finding.ts";
import { lintDomains } from "./lint-domains.ts";
import { lintPatterns } from "./lint-patterns.ts";
import { lintReach } from "./lint-reach.ts";
import { lintRedirects } from "./lint-redirects.ts";
import { lintShares } from "./lint-shares.ts";

export interface LintOptions {
  /** The clusters that there are. Default: not known, and not looked at. */
  readonly clusters?: ReadonlySet<string>;
}

/**
 * Looks for what is allowed and yet hardly meant: routes that no request reaches, domains that take one another's requests,
 * shares that are never met, expressions that say what a plain matcher says, redirects in a circle.
 *
 * Sure rather than complete: what is reported is so, and what two matchers have in common is only seen where one of them is
 * plain. In order of listing.
 *
 * ```ts
 * import { createRouteTable } from "@dualmesh/routing";
 * import { lintRoutes } from "@dualmesh/routing/lint";
 *
 * const to = (name: string) => ({ kind: "forward", clusters: { kind: "single", name } }) as const;
 * const table = createRouteTable({
 *   virtualHosts: [
 *     {
 *       name: "shop",
 *       domains: ["shop.test"],
 *       routes: [
 *         { match: { path: { kind: "prefix", value: "/api" } }, action: to("api") },
 *         { match: { path: { kind: "regex", pattern: "/api/v2/.*" } }, action: to("api-v2") },
 *       ],
 *     },
 *   ],
 * });
 * for (const finding of lintRoutes(table)) console.log(String(finding));
 * // => virtual host "shop", route 2: route 1 (prefix "/api") takes all its requests: put this one before it, or drop it (unreachable-route)
 * // => virtual host "shop", route 2: the regex "/api/v2/.*" says no more than prefix "/api/v2/": write that (plain-regex)
 * ```
 *
 * @throws {TypeError} for a table that this package has not made.
 */
export function lintRoutes(table: RouteTable, options: LintOptions = {}): readonly RouteFinding[] {
  if (!(table instanceof CompiledTable))
    throw new TypeError("lint: the table is not one of @dualmesh/routing");
  const found = [
    ...lintDomains(table),
    ...table.hosts.flatMap((host) => [
      ...lintReach(host),
      ...lintShares(host, options.clusters),
      ...lintPatterns(host),
    ]),
    ...lintRedirects(table),
  ];
  const hosts = new Map(table.hosts.map(({ name }, i) => [name, i]));
  const place = ({ virtualHost, position = 0 }: RouteFinding) =>
    [hosts.get(virtualHost) ?? 0, position] as const;
  return found.toSorted((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
}

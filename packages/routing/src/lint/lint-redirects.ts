import type { CompiledRoute } from "../route/compiled-route.ts";
import type { CompiledTable } from "../table/route-table.ts";
import { finding, type RouteFinding } from "./finding.ts";
import { parseLocation } from "./parse-location.ts";
import { type SampleRequest, sampleRequests } from "./sample-requests.ts";

/** So many redirects are followed; browsers give up at 20. */
const MAX_HOPS = 20;

/**
 * Follows redirects as a client would, as long as this table answers. A redirect to another scheme is not followed: another
 * listener, with a table of its own, is likely to answer there. A rewrite needs no such look: it happens once, on the way
 * upstream, and its result is not matched again.
 */
export function lintRedirects(table: CompiledTable<unknown, unknown>): readonly RouteFinding[] {
  const redirects = table.hosts.some(
    ({ config: { requireTls = "none" }, routes }) =>
      requireTls !== "none" || routes.some(({ config }) => config.action.kind === "redirect"),
  );
  // Most tables have none, and to ask a large one for all its routes takes long.
  if (!redirects) return [];
  const found = new Map<string, RouteFinding>();
  for (const sample of sampleRequests(table.config)) {
    const loop = followRedirects(table, sample);
    if (loop === undefined) continue;
    const places = loop.map(({ host, position }) => `${host} ${position}`);
    const key = [...new Set(places)].toSorted().join(", ");
    const first = loop.toSorted((a, b) => a.position - b.position)[0] as Hop;
    const way = [...loop, loop[0] as Hop].map(({ url }) => url).join(" to ");
    const place = { virtualHost: first.host, position: first.position, route: first.route.config };
    if (!found.has(key)) found.set(key, finding("redirect-loop", place, `it leads in a circle: ${way}`));
  }
  return [...found.values()];
}

interface Hop {
  readonly url: string;
  readonly host: string;
  readonly position: number;
  readonly route: CompiledRoute<unknown, unknown>;
}

/** The hops of a circle, or of a way that grows without end; `undefined` where the way ends. */
function followRedirects(
  table: CompiledTable<unknown, unknown>,
  start: SampleRequest,
): readonly Hop[] | undefined {
  const hops: Hop[] = [];
  let { head } = start;
  while (hops.length < MAX_HOPS) {
    const ways = table.possibleRoutes(head, start.facts);
    const route = ways?.routes[0];
    const match = route?.choose(head, start.facts);
    if (ways === undefined || route === undefined || match?.kind !== "redirect") return undefined;
    const url = `${head.scheme}://${head.authority}${head.path}`;
    const seen = hops.findIndex((hop) => hop.url === url);
    if (seen >= 0) return hops.slice(seen);
    hops.push({ url, host: ways.host.name, position: ways.host.routes.indexOf(route) + 1, route });
    const next = parseLocation(match.location(head));
    if (next === undefined || next.scheme !== head.scheme) return undefined;
    head = { ...head, ...next };
  }
  return hops.slice(0, 2);
}

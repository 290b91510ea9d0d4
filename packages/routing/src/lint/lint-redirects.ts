import type { MatchableHead } from "@dualmesh/matching";
import type { CompiledTable } from "../route-table.ts";
import { finding, type RouteFinding } from "./finding.ts";
import { sampleRequests } from "./sample-requests.ts";

/** So many redirects are followed; browsers give up at 20. */
const MAX_HOPS = 20;

/**
 * Follows redirects as a client would, as long as this table answers. A rewrite needs no such look: it happens once, on the
 * way upstream, and its result is not matched again.
 */
export function lintRedirects(table: CompiledTable<unknown, unknown>): readonly RouteFinding[] {
  const redirects = table.hosts.some(
    ({ config: { requireTls = "none" }, routes }) =>
      requireTls !== "none" || routes.some(({ config }) => config.action.kind === "redirect"),
  );
  // Most tables have none, and to ask a large one for all its routes takes long.
  if (!redirects) return [];
  const found = new Map<string, RouteFinding>();
  for (const { head } of sampleRequests(table.config)) {
    const loop = followRedirects(table, head);
    const key = loop?.map(String).toSorted().join(" ");
    if (loop === undefined || key === undefined || found.has(key)) continue;
    const [first] = loop as readonly [Hop];
    const way = [...loop, first].map(({ url }) => url).join(" to ");
    const { virtualHost, name } = first;
    const which = name === "" ? "a redirect" : `the redirect "${name}"`;
    found.set(key, finding("redirect-loop", { virtualHost }, `${which} leads in a circle: ${way}`));
  }
  return [...found.values()];
}

interface Hop {
  readonly url: string;
  readonly virtualHost: string;
  readonly name: string;
  toString(): string;
}

/** The hops of a circle; `undefined` where the way ends. */
function followRedirects(
  table: CompiledTable<unknown, unknown>,
  start: MatchableHead,
): readonly Hop[] | undefined {
  const hops: Hop[] = [];
  let head = start;
  while (hops.length < MAX_HOPS) {
    const match = table.match(head, { random: () => 0 });
    if (match?.kind !== "redirect") return undefined;
    const url = `${head.scheme}://${head.authority}${head.path}`;
    const seen = hops.findIndex((hop) => hop.url === url);
    if (seen >= 0) return hops.slice(seen);
    hops.push({ url, virtualHost: match.virtualHost, name: match.name, toString: () => url });
    const parts = /^([^:]+):\/\/([^/?#]*)([^#]*)/.exec(match.location(head));
    if (parts === null) return undefined;
    const [, scheme = "", authority = "", path = ""] = parts;
    head = { ...head, scheme, authority, path };
  }
  return undefined;
}

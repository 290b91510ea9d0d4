import { type MatchableHead, NO_FACTS } from "@dualmesh/matching";
import { actionText } from "../route/action-text.ts";
import type { RouteTable } from "../table/route-table.ts";
import { CompiledTable } from "../table/route-table.ts";
import { type SampleRequest, sampleRequests } from "./sample-requests.ts";

/** A request that goes another way. */
export interface Detour {
  readonly request: SampleRequest;
  readonly before: string;
  readonly after: string;
}

/** What changes from one table to the next. */
export interface RoutesDiff {
  /** How many requests were tried. */
  readonly tried: number;
  readonly detours: readonly Detour[];
  /** Two lines for each detour. Stable. */
  toString(): string;
}

/**
 * Says which requests go another way with another table: of those that the routes of both are about (see
 * {@link sampleRequests}), and of `requests`, for which live traffic is the best source. Where chance decides, the shares are
 * compared.
 *
 * ```ts
 * import { createRouteTable } from "@dualmesh/routing";
 * import { diffRoutes } from "@dualmesh/routing/lint";
 *
 * const tableTo = (name: string) =>
 *   createRouteTable({
 *     virtualHosts: [
 *       {
 *         name: "shop",
 *         domains: ["shop.test"],
 *         routes: [
 *           {
 *             match: { path: { kind: "exact", value: "/cart" } },
 *             action: { kind: "forward", clusters: { kind: "single", name } },
 *           },
 *         ],
 *       },
 *     ],
 *   });
 * console.log(String(diffRoutes(tableTo("blue"), tableTo("green"))));
 * // => GET shop.test/cart
 * // =>   before: shop, route 1: to blue, within 15000 ms
 * // =>   after:  shop, route 1: to green, within 15000 ms
 * ```
 *
 * @throws {TypeError} for a table that this package has not made.
 */
export function diffRoutes(
  before: RouteTable,
  after: RouteTable,
  requests: readonly MatchableHead[] = [],
): RoutesDiff {
  if (!(before instanceof CompiledTable) || !(after instanceof CompiledTable)) {
    throw new TypeError("diff: a table is not one of @dualmesh/routing");
  }
  const samples = new Map<string, SampleRequest>();
  for (const sample of [
    ...sampleRequests(before.config),
    ...sampleRequests(after.config),
    ...requests.map(asSample),
  ]) {
    samples.set(String(sample), sample);
  }
  const detours: Detour[] = [];
  for (const request of samples.values()) {
    const [was, is] = [wayOf(before, request.head), wayOf(after, request.head)];
    if (was.key === is.key) continue;
    const same = was.text === is.text ? ", with other details" : "";
    detours.push({ request, before: was.text, after: is.text + same });
  }
  return {
    tried: samples.size,
    detours,
    toString: () =>
      detours
        .flatMap((one) => [String(one.request), `  before: ${one.before}`, `  after:  ${one.after}`])
        .join("\n"),
  };
}

function asSample(head: MatchableHead): SampleRequest {
  const fields = [...head.headers].map(([name, value]) => ` ${name}: ${value}`).join(",");
  return { head, toString: () => `${head.method} ${head.authority}${head.path}${fields}` };
}

interface Way {
  /** Equal for ways on which the same happens: a route that has moved is still the same. */
  readonly key: string;
  readonly text: string;
}

/** Where a request goes, whatever chance says. */
function wayOf(table: CompiledTable<unknown, unknown>, head: MatchableHead): Way {
  const ways = table.possibleRoutes(head, NO_FACTS);
  if (ways === undefined) return plain("no virtual host, 404");
  const { host, redirectsToTls, routes } = ways;
  if (redirectsToTls) return plain(`${host.name}: redirect to https`);
  if (routes.length === 0) return plain(`${host.name}: no route, 404`);
  const all = host.routes;
  const texts = routes.map((route) => {
    const { chance } = route.matcher;
    const share = chance === undefined ? "" : `, ${chance}`;
    return `route ${all.indexOf(route) + 1}${share}: ${actionText(route.config.action)}`;
  });
  const keys = routes.map(({ matcher, config }) => {
    const { action, requestHeaders, responseHeaders, setLabels } = config;
    return [matcher.chance, action, requestHeaders, responseHeaders, setLabels];
  });
  return {
    key: JSON.stringify([host.name, keys], plainValue),
    text: `${host.name}, ${texts.join("; else ")}`,
  };
}

function plain(text: string): Way {
  return { key: text, text };
}

/** What JSON has no words for. */
function plainValue(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return typeof value === "bigint" || typeof value === "function" ? String(value) : value;
}

import { type MatchableHead, NO_FACTS, type RequestFacts } from "@dualmesh/matching";
import { actionText } from "../route/action-text.ts";
import type { CompiledRoute } from "../route/compiled-route.ts";
import { CompiledTable, type RouteTable } from "../table/route-table.ts";
import { lintReach } from "./lint-reach.ts";
import { routeDetails } from "./route-details.ts";
import { type SampleRequest, sampleRequests } from "./sample-requests.ts";

/** Requests that go another way, all between the same two. */
export interface Detour {
  /** The first of them. */
  readonly request: SampleRequest;
  /** How many there are. */
  readonly requests: number;
  readonly before: string;
  readonly after: string;
}

/** What changes from one table to the next. */
export interface RoutesDiff {
  /** How many requests were tried. */
  readonly tried: number;
  readonly detours: readonly Detour[];
  /** Routes of both tables that none of the requests can take: what happens to theirs is not known. */
  readonly untried: readonly string[];
  /** Three lines for each detour, and one for each route that was not tried. Stable. */
  toString(): string;
}

export interface DiffOptions {
  /** Further requests, for which live traffic is the best source. */
  readonly requests?: readonly { readonly head: MatchableHead; readonly facts?: RequestFacts }[];
  /** The text of a setting for a filter, for settings that JSON does not show. Default: their JSON. */
  readonly settingText?: (setting: unknown) => string | undefined;
}

/**
 * Says which requests go another way with another table: of those that the routes of both are about (see
 * {@link sampleRequests}), and of `requests`. Where chance decides, the shares are compared; so is what is done to requests and
 * responses on the way.
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
export function diffRoutes(before: RouteTable, after: RouteTable, options: DiffOptions = {}): RoutesDiff {
  if (!(before instanceof CompiledTable) || !(after instanceof CompiledTable)) {
    throw new TypeError("diff: a table is not one of @dualmesh/routing");
  }
  const samples = new Map<string, SampleRequest>();
  const own = (options.requests ?? []).map(asSample);
  for (const sample of [...sampleRequests(before.config), ...sampleRequests(after.config), ...own]) {
    samples.set(String(sample), sample);
  }
  const [was, is] = [new Ways(before, options), new Ways(after, options)];
  const detours = new Map<string, Detour>();
  for (const request of samples.values()) {
    const [a, b] = [was.of(request), is.of(request)];
    const differing = differingDetails(a, b);
    if (a.key === b.key && differing.length === 0) continue;
    const suffix = a.key === b.key ? `, with other ${differing.join(", ")}` : "";
    const detour = { before: a.text, after: b.text + suffix };
    const key = JSON.stringify(detour);
    const known = detours.get(key);
    detours.set(key, { ...detour, request: known?.request ?? request, requests: (known?.requests ?? 0) + 1 });
  }
  const untried = [...was.untried("before"), ...is.untried("after")];
  return {
    tried: samples.size,
    detours: [...detours.values()],
    untried,
    toString: () =>
      [...[...detours.values()].flatMap(detourLines), ...untried.map((one) => `not tried: ${one}`)].join(
        "\n",
      ),
  };
}

function detourLines({ request, requests, before, after }: Detour): readonly string[] {
  const more = requests === 1 ? "" : `, and ${requests - 1} more`;
  return [`${request}${more}`, `  before: ${before}`, `  after:  ${after}`];
}

function asSample({
  head,
  facts = NO_FACTS,
}: {
  readonly head: MatchableHead;
  readonly facts?: RequestFacts;
}): SampleRequest {
  const fields = [...head.headers].map(([name, value]) => `${name}: ${value}`);
  const more = fields.length === 0 ? "" : ` (${fields.join(", ")})`;
  return { head, facts, toString: () => `${head.method} ${head.authority}${head.path}${more}` };
}

interface Way {
  /** Equal for ways that lead to the same: a route that has moved is still the same. */
  readonly key: string;
  readonly text: string;
  /** What else is done on the way, by its name. */
  readonly details: ReadonlyMap<string, string>;
}

function differingDetails(a: Way, b: Way): readonly string[] {
  const names = new Set([...a.details.keys(), ...b.details.keys()]);
  return [...names].filter((name) => a.details.get(name) !== b.details.get(name));
}

/** Where requests go by one table, whatever chance says. */
class Ways {
  readonly #table: CompiledTable<unknown, unknown>;
  readonly #settingText: NonNullable<DiffOptions["settingText"]>;
  readonly #seen = new Set<CompiledRoute<unknown, unknown>>();

  constructor(table: CompiledTable<unknown, unknown>, { settingText = () => undefined }: DiffOptions) {
    this.#table = table;
    this.#settingText = settingText;
  }

  of({ head, facts }: SampleRequest): Way {
    const ways = this.#table.possibleRoutes(head, facts);
    if (ways === undefined) return plain("no virtual host, 404");
    const { host, redirectsToTls, routes } = ways;
    if (redirectsToTls) return plain(`${host.name}: redirect to https`);
    for (const route of routes) this.#seen.add(route);
    if (routes.length === 0) return plain(`${host.name}: no route, 404`);
    const all = host.routes;
    const texts = routes.map((route) => {
      const { chance } = route.matcher;
      const share = chance === undefined ? "" : `, ${chance}`;
      return { share, does: actionText(route.config.action), position: all.indexOf(route) + 1 };
    });
    return {
      key: JSON.stringify([host.name, texts.map(({ share, does }) => [share, does])]),
      text: `${host.name}, ${texts.map(({ share, does, position }) => `route ${position}${share}: ${does}`).join("; else ")}`,
      details: routeDetails(this.#table.config, host.config, routes, this.#settingText),
    };
  }

  /** The routes that no request could take. */
  untried(when: string): readonly string[] {
    return this.#table.hosts.flatMap((host) => {
      const dead = new Set(lintReach(host).map(({ position }) => position));
      return host.routes
        .map((route, i) => ({ route, position: i + 1 }))
        .filter(({ route, position }) => !this.#seen.has(route) && !dead.has(position))
        .map(({ route, position }) => `${host.name}, route ${position} ${when}: ${route.matcher}`);
    });
  }
}

function plain(text: string): Way {
  return { key: text, text, details: new Map() };
}

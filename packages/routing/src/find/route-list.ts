import type { MatchableHead } from "@dualmesh/matching";
import { type CompiledRoute, compileRoute, type RoutePlace } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import type { RouteConfig } from "../route/route-config.ts";
import { buildRouteIndex, RouteIndex } from "./route-index.ts";

/** Routes in order of listing, with their index. Immutable. */
export class RouteList<Retry, Extra> {
  readonly routes: readonly CompiledRoute<Retry, Extra>[];
  readonly #index: RouteIndex<Retry, Extra>;
  #connect: RouteIndex<Retry, Extra> | undefined;

  constructor(routes: readonly CompiledRoute<Retry, Extra>[], index: RouteIndex<Retry, Extra>) {
    this.routes = routes;
    this.#index = index;
  }

  /** The first route that matches. `path` is what of the head's path takes part in matching. */
  find(head: MatchableHead, path: string, facts: MatchFacts): CompiledRoute<Retry, Extra> | undefined {
    return this.#indexFor(head).find(head, path, facts);
  }

  /** See `RouteIndex.candidates`. */
  candidates(head: MatchableHead, path: string, facts: MatchFacts): readonly CompiledRoute<Retry, Extra>[] {
    return this.#indexFor(head).candidates(head, path, facts);
  }

  /** A list in which `added` stand in the place of some routes. */
  spliced(
    start: number,
    deleteCount: number,
    added: readonly CompiledRoute<Retry, Extra>[],
  ): RouteList<Retry, Extra> {
    const removed = this.routes.slice(start, start + deleteCount);
    return new RouteList(
      this.routes.toSpliced(start, deleteCount, ...added),
      this.#index.changed(removed, added),
    );
  }

  /** A CONNECT without a path is for routes that say so, and for no others: Envoy's rule. */
  #indexFor(head: MatchableHead): RouteIndex<Retry, Extra> {
    if (head.path !== "" || head.method !== "CONNECT") return this.#index;
    this.#connect ??= new RouteIndex<Retry, Extra>().changed(
      [],
      this.routes.filter(({ config }) => config.match.path.kind === "connect"),
    );
    return this.#connect;
  }
}

/** A change of so few routes is made in the index that is there; more of them are faster to index anew. */
const MAX_PATCHED = 64;

/**
 * Compiles routes, a few at each step. Where `before` was compiled for the same place, its routes are used again as long
 * as their configuration is the same object.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad route.
 */
export function* buildRouteList<Retry, Extra>(
  configs: readonly RouteConfig<Retry, Extra>[],
  place: RoutePlace<Retry, Extra>,
  before: RouteList<Retry, Extra> | undefined,
): Generator<void, RouteList<Retry, Extra>> {
  const knownOf = (routes: readonly CompiledRoute<Retry, Extra>[] = []) =>
    new Map(routes.map((route) => [route.config, route]));
  const take = (
    known: ReturnType<typeof knownOf>,
    at: number,
    order: number,
  ): CompiledRoute<Retry, Extra> => {
    const config = configs[at] as RouteConfig<Retry, Extra>;
    return known.get(config)?.at(order) ?? compileRoute(config, at + 1, order, place);
  };
  if (before !== undefined) {
    const { start, end, endBefore } = changedPart(before.routes, configs);
    const orders =
      end - start <= MAX_PATCHED ? freeOrders(before.routes, start, endBefore, end - start) : undefined;
    if (orders !== undefined && endBefore - start <= MAX_PATCHED) {
      // Of two changes in one list, what stands between them has not changed.
      const known = knownOf(before.routes.slice(start, endBefore));
      const added = orders.map((order, i) => take(known, start + i, order));
      return before.spliced(start, endBefore - start, added);
    }
  }
  const known = knownOf(before?.routes);
  const routes: CompiledRoute<Retry, Extra>[] = [];
  for (let at = 0; at < configs.length; at++) {
    routes.push(take(known, at, at));
    yield;
  }
  return new RouteList(routes, yield* buildRouteIndex(routes));
}

/** What stands between the equal beginnings and the equal ends of both. */
function changedPart<Retry, Extra>(
  before: readonly CompiledRoute<Retry, Extra>[],
  configs: readonly RouteConfig<Retry, Extra>[],
): { readonly start: number; readonly end: number; readonly endBefore: number } {
  let start = 0;
  let end = configs.length;
  let endBefore = before.length;
  while (start < end && start < endBefore && before[start]?.config === configs[start]) start++;
  while (end > start && endBefore > start && before[endBefore - 1]?.config === configs[end - 1]) {
    end--;
    endBefore--;
  }
  return { start, end, endBefore };
}

/** Numbers between those of the neighbours; `undefined` once there is no room for them. */
function freeOrders<Retry, Extra>(
  routes: readonly CompiledRoute<Retry, Extra>[],
  start: number,
  end: number,
  count: number,
): readonly number[] | undefined {
  const low = routes[start - 1]?.order ?? (routes[end]?.order ?? 0) - count - 1;
  const high = routes[end]?.order ?? low + count + 1;
  const step = (high - low) / (count + 1);
  const orders = Array.from({ length: count }, (_, i) => low + step * (i + 1));
  return [low, ...orders, high].every((order, i, all) => i === 0 || order > (all[i - 1] as number))
    ? orders
    : undefined;
}

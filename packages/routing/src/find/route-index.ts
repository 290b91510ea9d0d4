import { foldAscii, type MatchableHead } from "@dualmesh/matching";
import type { CompiledRoute } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import { PathTrie } from "./path-trie.ts";
import { RouteMerge } from "./route-merge.ts";

/**
 * Finds the first route, in order of listing, that matches: a walk along the path gives the routes that may, all others
 * are never looked at.
 */
export class RouteIndex<Retry, Extra> {
  readonly #trie: PathTrie<Retry, Extra>;
  /** Of routes that ignore the case of paths; most tables have none. */
  readonly #folded: PathTrie<Retry, Extra> | undefined;
  readonly #merge = new RouteMerge<Retry, Extra>();

  constructor(trie: PathTrie<Retry, Extra> = new PathTrie(), folded?: PathTrie<Retry, Extra>) {
    this.#trie = trie;
    this.#folded = folded;
  }

  /** The route of a request. `path` is what of the head's path takes part in matching. */
  find(head: MatchableHead, path: string, facts: MatchFacts): CompiledRoute<Retry, Extra> | undefined {
    const merge = this.#collect(head, path);
    let route = merge.next();
    while (route !== undefined) {
      const { matcher } = route;
      if (matcher.matches(head, path, facts) && (!matcher.byChance || matcher.draw(facts))) break;
      route = merge.next();
    }
    merge.clear();
    return route;
  }

  /** The routes between which chance decides, and the first that needs none: all that a request can take. */
  candidates(head: MatchableHead, path: string, facts: MatchFacts): readonly CompiledRoute<Retry, Extra>[] {
    const merge = this.#collect(head, path);
    const found: CompiledRoute<Retry, Extra>[] = [];
    for (let route = merge.next(); route !== undefined; route = merge.next()) {
      const { matcher } = route;
      if (!matcher.matches(head, path, facts)) continue;
      found.push(route);
      if (!matcher.byChance) break;
    }
    merge.clear();
    return found;
  }

  /** An index with some routes less and some more. This one stays as it is; both share what is equal. */
  changed(
    removed: readonly CompiledRoute<Retry, Extra>[],
    added: readonly CompiledRoute<Retry, Extra>[],
  ): RouteIndex<Retry, Extra> {
    let trie = this.#trie;
    let folded = this.#folded;
    for (const route of removed) {
      const { literal, ignoresCase } = route.matcher;
      if (ignoresCase) folded = folded?.without(literal, route);
      else trie = trie.without(literal, route);
    }
    for (const route of added) {
      const { literal, ignoresCase } = route.matcher;
      if (ignoresCase) folded = (folded ?? new PathTrie()).with(literal, route);
      else trie = trie.with(literal, route);
    }
    return new RouteIndex(trie, folded);
  }

  #collect(head: MatchableHead, path: string): RouteMerge<Retry, Extra> {
    const merge = this.#merge.busy ? new RouteMerge<Retry, Extra>() : this.#merge;
    merge.busy = true;
    this.#trie.collect(path, head, merge);
    this.#folded?.collect(foldAscii(path), head, merge);
    return merge;
  }
}

/** Builds an index, one route at each step, so that a large one can be built in slices. */
export function* buildRouteIndex<Retry, Extra>(
  routes: readonly CompiledRoute<Retry, Extra>[],
): Generator<void, RouteIndex<Retry, Extra>> {
  const trie = new PathTrie<Retry, Extra>();
  let folded: PathTrie<Retry, Extra> | undefined;
  for (const route of routes) {
    const { literal, ignoresCase } = route.matcher;
    if (ignoresCase) {
      folded ??= new PathTrie();
      folded.insert(literal, route);
    } else trie.insert(literal, route);
    yield;
  }
  return new RouteIndex(trie, folded);
}

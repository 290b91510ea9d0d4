import type { MatchableHead } from "@dualmesh/matching";
import type { CompiledRoute } from "./compiled-route.ts";
import type { MatchFacts } from "./match-facts.ts";
import { RouteTree } from "./route-tree.ts";

/** Finds the first route, in order of listing, that matches. */
export interface RouteIndex<Retry, Extra> {
  /** `path` is what of the head's path takes part in matching. */
  find(head: MatchableHead, path: string, facts: MatchFacts): CompiledRoute<Retry, Extra> | undefined;
}

/** Below that, looking at each route costs less than walking over the segments of the path. */
const MIN_INDEXED = 8;

/**
 * Builds an index. A request sees the routes that a tree over path segments leads it to, and those of which no segment
 * is sure (`/`, most expressions, paths in any case): both together in order of listing.
 */
export function createRouteIndex<Retry, Extra>(
  routes: readonly CompiledRoute<Retry, Extra>[],
): RouteIndex<Retry, Extra> {
  const loose: CompiledRoute<Retry, Extra>[] = [];
  const tree = new RouteTree<Retry, Extra>();
  for (const route of routes) {
    if (routes.length < MIN_INDEXED || route.segments.length === 0) loose.push(route);
    else tree.add(route);
  }
  return {
    find(head, path, facts) {
      const sure = tree.candidates(path);
      // Two sorted lists, merged as we go: joined beforehand they would need (nodes × loose routes) places.
      let i = 0;
      for (const route of loose) {
        for (; i < sure.length; i++) {
          const candidate = sure[i] as CompiledRoute<Retry, Extra>;
          if (candidate.order > route.order) break;
          if (candidate.matcher.matches(head, path, facts)) return candidate;
        }
        if (route.matcher.matches(head, path, facts)) return route;
      }
      for (; i < sure.length; i++) {
        const candidate = sure[i] as CompiledRoute<Retry, Extra>;
        if (candidate.matcher.matches(head, path, facts)) return candidate;
      }
      return undefined;
    },
  };
}

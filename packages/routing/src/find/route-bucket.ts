import { firstValue, type MatchableHead } from "@dualmesh/matching";
import type { CompiledRoute } from "../route/compiled-route.ts";
import type { RouteMerge } from "./route-merge.ts";

type Routes<Retry, Extra> = readonly CompiledRoute<Retry, Extra>[];

/** From so many routes on that ask for one value of the same header each, a look-up costs less than asking each. */
const MIN_BY_VALUE = 4;

/**
 * The routes at one place of an index, in order of listing. Those that want one value of a header, where many want one of
 * the same header, are found by it.
 */
export class RouteBucket<Retry, Extra> {
  readonly #routes: CompiledRoute<Retry, Extra>[];
  #sorted: Sorted<Retry, Extra> | undefined;

  constructor(routes: Routes<Retry, Extra> = []) {
    this.#routes = [...routes];
  }

  /** Adds the lists that a request may match routes of. */
  collect(head: MatchableHead, merge: RouteMerge<Retry, Extra>): void {
    this.#sorted ??= sortRoutes(this.#routes);
    const { plain, byHeader } = this.#sorted;
    if (plain.length > 0) merge.add(plain);
    for (const { name, byValue } of byHeader) {
      if (name.charCodeAt(0) === COLON) {
        const list = byValue.get(firstValue(head, name) ?? "");
        if (list !== undefined) merge.add(list);
        continue;
      }
      const values = head.headers.getAll(name);
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as string;
        const list = byValue.get(value);
        // A value that occurs twice leads to its routes once: their chance is drawn once.
        if (list !== undefined && values.indexOf(value) === i) merge.add(list);
      }
    }
  }

  copy(): RouteBucket<Retry, Extra> {
    return new RouteBucket(this.#routes);
  }

  /** Only before anybody else has this bucket. */
  add(route: CompiledRoute<Retry, Extra>): void {
    const routes = this.#routes;
    const last = routes.at(-1);
    if (last === undefined || last.order < route.order) routes.push(route);
    else {
      const at = routes.findIndex(({ order }) => order > route.order);
      routes.splice(at, 0, route);
    }
    this.#sorted = undefined;
  }

  /** Only before anybody else has this bucket. */
  remove(route: CompiledRoute<Retry, Extra>): void {
    this.#routes.splice(this.#routes.indexOf(route), 1);
    this.#sorted = undefined;
  }
}

const COLON = 0x3a;

interface Sorted<Retry, Extra> {
  readonly plain: Routes<Retry, Extra>;
  readonly byHeader: readonly {
    readonly name: string;
    readonly byValue: ReadonlyMap<string, Routes<Retry, Extra>>;
  }[];
}

/** Sorts when first asked: most buckets of a large table never are. */
function sortRoutes<Retry, Extra>(routes: Routes<Retry, Extra>): Sorted<Retry, Extra> {
  const counts = new Map<string, number>();
  for (const { matcher } of routes) {
    const name = matcher.pivot?.name;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const plain: CompiledRoute<Retry, Extra>[] = [];
  const byHeader = new Map<string, Map<string, CompiledRoute<Retry, Extra>[]>>();
  for (const route of routes) {
    const { pivot } = route.matcher;
    if (pivot === undefined || (counts.get(pivot.name) ?? 0) < MIN_BY_VALUE) {
      plain.push(route);
      continue;
    }
    const byValue = byHeader.get(pivot.name) ?? new Map<string, CompiledRoute<Retry, Extra>[]>();
    byHeader.set(pivot.name, byValue);
    const list = byValue.get(pivot.value);
    if (list === undefined) byValue.set(pivot.value, [route]);
    else list.push(route);
  }
  return { plain, byHeader: [...byHeader].map(([name, byValue]) => ({ name, byValue })) };
}

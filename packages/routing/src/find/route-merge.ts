import type { CompiledRoute } from "../route/compiled-route.ts";

/** Reads several lists of routes, each in order of listing, as one. Used again and again, so that a match allocates nothing. */
export class RouteMerge<Retry, Extra> {
  readonly #lists: (readonly CompiledRoute<Retry, Extra>[])[] = [];
  readonly #places: number[] = [];
  #count = 0;

  /** Whether somebody is reading: a matcher may ask something that asks this very table. */
  busy = false;

  add(list: readonly CompiledRoute<Retry, Extra>[]): void {
    this.#lists[this.#count] = list;
    this.#places[this.#count] = 0;
    this.#count++;
  }

  /** The next of all, or `undefined` at the end. */
  next(): CompiledRoute<Retry, Extra> | undefined {
    const lists = this.#lists;
    const places = this.#places;
    let best: CompiledRoute<Retry, Extra> | undefined;
    let from = -1;
    for (let i = 0; i < this.#count; i++) {
      const route = (lists[i] as readonly CompiledRoute<Retry, Extra>[])[places[i] as number];
      if (route !== undefined && (best === undefined || route.order < best.order)) {
        best = route;
        from = i;
      }
    }
    if (from >= 0) (places[from] as number)++;
    return best;
  }

  /** Forgets all lists. */
  clear(): void {
    this.#count = 0;
    this.busy = false;
  }
}

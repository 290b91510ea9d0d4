/** Writes that nobody reads: of counters whose name was removed, and of gauges for which there is no room. */
export const TRASH = 0;

/**
 * Numbers in one typed array that grows by doubling, so that an update is one addition and a scrape walks memory in
 * order. Whoever updates reads `values` anew each time: growing replaces it.
 */
export class Slots {
  values: Float64Array = new Float64Array(256);
  #used = TRASH + 1;
  readonly #free: number[] = [];

  /** A slot that holds 0. */
  take(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#used === this.values.length) {
      const more = new Float64Array(this.values.length * 2);
      more.set(this.values);
      this.values = more;
    }
    return this.#used++;
  }

  /** Takes a slot back; the caller has made sure that nobody writes to it any more. */
  give(slot: number): void {
    this.values[slot] = 0;
    this.#free.push(slot);
  }
}

/**
 * Earliest deadline first: a weighted rotation. Every item has the deadline `now + 1 / weight`; the earliest is picked,
 * time moves there, and the item comes back with a deadline by the weight it has *then*. Ties go to whoever came in
 * earlier, then to the lower number. Weights 1 and 2 give 1, 0, 1, 1, 0, 1.
 *
 * A binary heap in typed arrays: a pick moves the top down, and makes no object.
 *
 * @see Envoy, edf_scheduler.h
 */
export class EdfScheduler {
  readonly #weight: (item: number) => number;
  readonly #deadlines: Float64Array;
  /** When the entry came in, which is the deadline it had before. */
  readonly #since: Float64Array;
  readonly #items: Int32Array;

  /**
   * @param size items are numbered from 0 to `size - 1`; at least one.
   * @param weight the weight of an item now, over 0.
   * @param start begin as if so many picks, of the sum of all weights, had been made: schedulers that are built at the
   *   same moment everywhere must not begin with the same item. From 0 to 1, exclusive.
   */
  constructor(size: number, weight: (item: number) => number, start: number) {
    this.#weight = weight;
    this.#deadlines = new Float64Array(size);
    this.#since = new Float64Array(size);
    this.#items = new Int32Array(size);

    let sum = 0;
    for (let item = 0; item < size; item++) sum += weight(item);
    const picks = Math.floor(start * sum);
    // What each item got of the picks for certain is computed; only the remainder, fewer than `size`, is played.
    let remaining = picks;
    for (let item = 0; item < size; item++) {
      const own = weight(item);
      const had = Math.floor((own * picks) / sum);
      remaining -= had;
      this.#deadlines[item] = (had + 1) / own;
      this.#since[item] = had / own;
      this.#items[item] = item;
    }
    for (let at = (size >> 1) - 1; at >= 0; at--) this.#sink(at);
    while (remaining-- > 0) this.next();
  }

  /** Picks an item. */
  next(): number {
    const item = this.#items[0] as number;
    const now = this.#deadlines[0] as number;
    this.#since[0] = now;
    this.#deadlines[0] = now + 1 / this.#weight(item);
    this.#sink(0);
    return item;
  }

  /** Moves an entry down until none below it comes first. */
  #sink(from: number): void {
    const deadlines = this.#deadlines;
    const since = this.#since;
    const items = this.#items;
    const size = items.length;
    const deadline = deadlines[from] as number;
    const came = since[from] as number;
    const item = items[from] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (
        child + 1 < size &&
        this.#before(child + 1, deadlines[child] as number, since[child] as number, items[child] as number)
      )
        child++;
      if (!this.#before(child, deadline, came, item)) break;
      deadlines[at] = deadlines[child] as number;
      since[at] = since[child] as number;
      items[at] = items[child] as number;
      at = child;
    }
    deadlines[at] = deadline;
    since[at] = came;
    items[at] = item;
  }

  /** Whether the entry at a place comes before the other. */
  #before(at: number, deadline: number, since: number, item: number): boolean {
    const own = this.#deadlines[at] as number;
    if (own !== deadline) return own < deadline;
    const came = this.#since[at] as number;
    return came === since ? (this.#items[at] as number) < item : came < since;
  }
}

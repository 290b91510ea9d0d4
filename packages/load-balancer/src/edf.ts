/**
 * Earliest deadline first: a weighted rotation. Every item has the deadline `now + 1 / weight`; the earliest is picked,
 * time moves there, and the item comes back with a deadline by the weight it has *then*. Ties go to whoever waited
 * longer. Weights 1 and 2 give 1, 0, 1, 1, 0, 1.
 *
 * A binary heap in typed arrays: a pick moves the top down, and makes no object.
 *
 * @see Envoy, edf_scheduler.h
 */
export class EdfScheduler {
  readonly #weight: (item: number) => number;
  readonly #deadlines: Float64Array;
  /** When the entry came in: breaks ties. */
  readonly #orders: Float64Array;
  readonly #items: Int32Array;
  #nextOrder: number;

  /**
   * @param size items are numbered from 0 to `size - 1`; at least one.
   * @param weight the weight of an item now, over 0.
   * @param start begin as if so many picks, of the sum of all weights, had been made: schedulers that are built at the
   *   same moment everywhere must not begin with the same item. From 0 to 1, exclusive.
   */
  constructor(size: number, weight: (item: number) => number, start: number) {
    this.#weight = weight;
    this.#deadlines = new Float64Array(size);
    this.#orders = new Float64Array(size);
    this.#items = new Int32Array(size);
    this.#nextOrder = size;

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
      this.#orders[item] = item;
      this.#items[item] = item;
    }
    for (let at = (size >> 1) - 1; at >= 0; at--) this.#sink(at);
    while (remaining-- > 0) this.next();
  }

  /** Picks an item. */
  next(): number {
    const item = this.#items[0] as number;
    this.#deadlines[0] = (this.#deadlines[0] as number) + 1 / this.#weight(item);
    this.#orders[0] = this.#nextOrder++;
    this.#sink(0);
    return item;
  }

  /** Moves an entry down until none below it is earlier. */
  #sink(from: number): void {
    const deadlines = this.#deadlines;
    const orders = this.#orders;
    const items = this.#items;
    const size = items.length;
    const deadline = deadlines[from] as number;
    const order = orders[from] as number;
    const item = items[from] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let earliest = deadlines[child] as number;
      const right = child + 1;
      if (right < size) {
        const other = deadlines[right] as number;
        if (
          other < earliest ||
          (other === earliest && (orders[right] as number) < (orders[child] as number))
        ) {
          child = right;
          earliest = other;
        }
      }
      if (deadline < earliest || (deadline === earliest && order < (orders[child] as number))) break;
      deadlines[at] = earliest;
      orders[at] = orders[child] as number;
      items[at] = items[child] as number;
      at = child;
    }
    deadlines[at] = deadline;
    orders[at] = order;
    items[at] = item;
  }
}

/** One more than the largest id: all protocols count in 32 bits, unsigned. */
const IDS = 2 ** 32;
const MIN_SLOTS = 64;

/**
 * Calls in flight on one connection, by their ids. An id is given again only after 2^32 others, and never while its call is in
 * flight: an answer under it would go to the wrong one.
 *
 * Each id has one slot, by its lower bits; an id whose slot is taken is passed over, so that nothing collides. (A `Map` with as
 * many comings and goings leaves its outgrown tables to the old generation, where each keeps the next alive, and the calls in
 * it: a third of a call's time went into collecting them.)
 */
export class CallTable<C> {
  #calls: (C | undefined)[] = new Array<C | undefined>(MIN_SLOTS).fill(undefined);
  #ids: number[] = new Array<number>(MIN_SLOTS).fill(0);
  #size = 0;
  #next: number;

  constructor(firstId = 1) {
    this.#next = firstId;
  }

  get size(): number {
    return this.#size;
  }

  /** An id that nobody has, and of which {@link CallTable.set} may be told. */
  nextId(): number {
    if (2 * this.#size >= this.#calls.length) this.#grow();
    const mask = this.#calls.length - 1;
    while (this.#calls[this.#next & mask] !== undefined) this.#advance();
    const id = this.#next;
    this.#advance();
    return id;
  }

  /** @param id The last that {@link CallTable.nextId} gave. */
  set(id: number, call: C): void {
    const slot = id & (this.#calls.length - 1);
    this.#calls[slot] = call;
    this.#ids[slot] = id;
    this.#size++;
  }

  get(id: number): C | undefined {
    const slot = id & (this.#calls.length - 1);
    return this.#ids[slot] === id ? this.#calls[slot] : undefined;
  }

  /** Finds a call and forgets it. */
  take(id: number): C | undefined {
    const call = this.get(id);
    if (call === undefined) return undefined;
    this.#calls[id & (this.#calls.length - 1)] = undefined;
    this.#size--;
    return call;
  }

  /** Forgets all, and gives them. */
  takeAll(): C[] {
    const calls = this.#calls.filter((call) => call !== undefined);
    this.#calls = new Array<C | undefined>(MIN_SLOTS).fill(undefined);
    this.#ids = new Array<number>(MIN_SLOTS).fill(0);
    this.#size = 0;
    return calls;
  }

  /** Ids that differ in their lower bits differ in one more of them, too: nothing collides. */
  #grow(): void {
    const slots = 2 * this.#calls.length;
    const [calls, ids] = [this.#calls, this.#ids];
    this.#calls = new Array<C | undefined>(slots).fill(undefined);
    this.#ids = new Array<number>(slots).fill(0);
    for (let i = 0; i < calls.length; i++) {
      if (calls[i] === undefined) continue;
      const id = ids[i] as number;
      this.#calls[id & (slots - 1)] = calls[i];
      this.#ids[id & (slots - 1)] = id;
    }
  }

  #advance(): void {
    this.#next = this.#next + 1 < IDS ? this.#next + 1 : 0;
  }
}

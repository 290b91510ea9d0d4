/** One more than the largest id: all protocols count in 32 bits, unsigned. */
const IDS = 2 ** 32;

/**
 * Calls in flight on one connection, by their ids. An id is given again only after 2^32 others, and never while its call is in
 * flight: an answer under it would go to the wrong one.
 */
export class CallTable<C> {
  readonly #calls = new Map<number, C>();
  #next: number;

  constructor(firstId = 1) {
    this.#next = firstId;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** An id that nobody has. */
  nextId(): number {
    while (this.#calls.has(this.#next)) this.#advance();
    const id = this.#next;
    this.#advance();
    return id;
  }

  set(id: number, call: C): void {
    this.#calls.set(id, call);
  }

  get(id: number): C | undefined {
    return this.#calls.get(id);
  }

  /** Finds a call and forgets it. */
  take(id: number): C | undefined {
    const call = this.#calls.get(id);
    if (call !== undefined) this.#calls.delete(id);
    return call;
  }

  /** Forgets all, and gives them. */
  takeAll(): C[] {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    return calls;
  }

  #advance(): void {
    this.#next = this.#next + 1 < IDS ? this.#next + 1 : 0;
  }
}

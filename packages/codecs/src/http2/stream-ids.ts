/** The last id of a client's stream. */
const LAST_STREAM = 2 ** 31 - 1;

/** Ids of one client's streams: odd, counting up, none twice (RFC 9113, section 5.1.1). */
export class StreamIds {
  #next: number;
  /** The last one that the peer looks at. */
  #last = LAST_STREAM;

  /** @param first Odd. */
  constructor(first = 1) {
    this.#next = first;
  }

  /** Whether there is a further one. */
  get areLeft(): boolean {
    return this.#next <= this.#last;
  }

  next(): number {
    const id = this.#next;
    this.#next += 2;
    return id;
  }

  /** Servers open no streams, and on one that was not opened yet nobody can have sent. */
  wasOpened(id: number): boolean {
    return id % 2 === 1 && id < this.#next;
  }

  /** The peer looks at none behind this one. `false`: it has said before that it ends earlier (RFC 9113, section 6.8). */
  endAt(last: number): boolean {
    if (last > this.#last) return false;
    this.#last = last;
    return true;
  }
}

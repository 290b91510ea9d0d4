/** Up to so many objects, a look at each beats a hash table. */
const FEW = 12;

/** The numbers of the objects that a stream has written: by identity, and in constant time for any number of them. */
export class IdentityTable {
  #few: unknown[] = [];
  #many: Map<unknown, number> | undefined;
  /** The next number. */
  #count = 0;

  clear(): void {
    this.#few.length = 0;
    this.#many = undefined;
    this.#count = 0;
  }

  /** The number of an object; -1 for one that is new, which has the next one from now on. */
  numberOf(object: unknown): number {
    const many = this.#many;
    if (many !== undefined) {
      const number = many.get(object);
      if (number !== undefined) return number;
      many.set(object, this.#count++);
      return -1;
    }
    const few = this.#few;
    for (let i = 0; i < few.length; i++) if (few[i] === object) return i;
    few.push(object);
    if (++this.#count > FEW) {
      this.#many = new Map(few.map((known, number) => [known, number]));
      few.length = 0;
    }
    return -1;
  }
}

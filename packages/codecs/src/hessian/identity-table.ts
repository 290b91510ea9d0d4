/** Up to so many objects, a look at each beats a hash table. */
const FEW = 48;

/** The numbers of the objects that a stream has written: by identity, and in constant time for any number of them. */
export class IdentityTable {
  readonly #few: unknown[] = [];
  /** All of them, once they are many. */
  #many: Map<unknown, number> | undefined;

  clear(): void {
    this.#few.length = 0;
    this.#many = undefined;
  }

  /** The number of an object; -1 for one that is new, which has the next one from now on. */
  numberOf(object: unknown): number {
    if (this.#many !== undefined) return numberIn(this.#many, object);
    const few = this.#few;
    const { length } = few;
    for (let i = 0; i < length; i++) if (few[i] === object) return i;
    if (length < FEW) few.push(object);
    else {
      this.#many = new Map();
      for (let i = 0; i < length; i++) this.#many.set(few[i], i);
      this.#many.set(object, length);
    }
    return -1;
  }
}

function numberIn(many: Map<unknown, number>, object: unknown): number {
  const number = many.get(object);
  if (number !== undefined) return number;
  many.set(object, many.size);
  return -1;
}

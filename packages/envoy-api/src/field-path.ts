/**
 * Where in a message the reader or writer is, kept as it goes and put into words only when something is
 * wrong: two stores per field are much cheaper than catching and rethrowing at each level.
 */
export class FieldPath {
  readonly #names: string[] = [];
  readonly #keys: (string | number | boolean | bigint | undefined)[] = [];
  #length = 0;

  /**
   * Now at this field of the message at `depth` (0 for the outermost). `key`: index in a list or key of a
   * map.
   */
  set(depth: number, name: string, key: string | number | boolean | bigint | undefined): void {
    this.#names[depth] = name;
    this.#keys[depth] = key;
    this.#length = depth + 1;
  }

  /** Now between the fields of the message at `depth`. */
  leave(depth: number): void {
    this.#length = depth;
  }

  /** `endpoints[3].named_endpoints["a"].address` */
  toString(): string {
    let text = "";
    for (let depth = 0; depth < this.#length; depth++) {
      const key = this.#keys[depth];
      text += (depth === 0 ? "" : ".") + this.#names[depth];
      if (key !== undefined) text += typeof key === "string" ? `[${JSON.stringify(key)}]` : `[${key}]`;
    }
    return text;
  }
}

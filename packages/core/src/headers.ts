/**
 * The fields of a head, in the order and spelling in which they came. Names are compared without regard to case
 * (RFC 9110, section 5.1); a name may occur several times.
 *
 * An interface, because a codec may keep its bytes and find values in them when asked.
 */
export interface Headers extends Iterable<readonly [name: string, value: string]> {
  /** The number of fields, repeated ones counted each. */
  readonly size: number;
  /** Whether anything was set, added or deleted since this was made: what nobody changed is forwarded as it came. */
  readonly changed: boolean;
  /** The first value, or `undefined`. */
  get(name: string): string | undefined;
  /** All values in order; empty when there is none. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
  /** Replaces all fields of that name by one, at the place of the first. */
  set(name: string, value: string): void;
  /** Adds a field at the end. */
  append(name: string, value: string): void;
  /** Removes all fields of that name; says whether there was one. */
  delete(name: string): boolean;
  /** The fields as a flat list: name, value, name, value … Not to be written to. */
  flat(): readonly string[];
}

/**
 * Headers over a flat list of names and values, the form of `rawHeaders` in node:http.
 *
 * The list is not copied before the first change, and never written to.
 *
 * ```ts
 * import { createHeaders } from "@dualmesh/core";
 *
 * const headers = createHeaders(["Accept", "text/html", "accept", "text/plain"]);
 * headers.set("x-team", "shop");
 * console.log(headers.get("ACCEPT"), headers.getAll("accept").length, headers.size); // => text/html 2 3
 * ```
 *
 * @throws {RangeError} when the list has an odd length.
 */
export function createHeaders(flat: readonly string[] = []): Headers {
  if (flat.length % 2 !== 0) {
    throw new RangeError(`headers: a flat list of names and values has an even length, got ${flat.length}`);
  }
  return new FlatHeaders(flat);
}

class FlatHeaders implements Headers {
  #flat: readonly string[];
  #own: string[] | undefined;

  constructor(flat: readonly string[]) {
    this.#flat = flat;
  }

  get size(): number {
    return this.#flat.length / 2;
  }

  get changed(): boolean {
    return this.#own !== undefined;
  }

  get(name: string): string | undefined {
    const at = this.#find(name.toLowerCase(), 0);
    return at < 0 ? undefined : this.#flat[at + 1];
  }

  getAll(name: string): readonly string[] {
    const lower = name.toLowerCase();
    const values: string[] = [];
    for (let at = this.#find(lower, 0); at >= 0; at = this.#find(lower, at + 2)) {
      values.push(this.#flat[at + 1] as string);
    }
    return values;
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) >= 0;
  }

  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    const first = this.#find(lower, 0);
    if (first < 0) {
      this.append(name, value);
      return;
    }
    const own = this.#writable();
    own[first + 1] = value;
    this.#removeFrom(own, lower, first + 2);
  }

  append(name: string, value: string): void {
    this.#writable().push(name, value);
  }

  delete(name: string): boolean {
    const lower = name.toLowerCase();
    const first = this.#find(lower, 0);
    if (first < 0) return false;
    this.#removeFrom(this.#writable(), lower, first);
    return true;
  }

  flat(): readonly string[] {
    return this.#flat;
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, string]> {
    const flat = this.#flat;
    for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string];
  }

  /** The index of the next field of that (lower-case) name. Lengths are compared first: most names differ there. */
  #find(lower: string, from: number): number {
    const flat = this.#flat;
    for (let i = from; i < flat.length; i += 2) {
      const name = flat[i] as string;
      if (name.length === lower.length && (name === lower || name.toLowerCase() === lower)) return i;
    }
    return -1;
  }

  #removeFrom(own: string[], lower: string, from: number): void {
    let kept = from;
    for (let i = from; i < own.length; i += 2) {
      const name = own[i] as string;
      if (name.length === lower.length && name.toLowerCase() === lower) continue;
      own[kept] = name;
      own[kept + 1] = own[i + 1] as string;
      kept += 2;
    }
    own.length = kept;
  }

  #writable(): string[] {
    if (this.#own === undefined) {
      this.#own = this.#flat.slice();
      this.#flat = this.#own;
    }
    return this.#own;
  }
}

import type { Headers } from "@dualmesh/core";
import { checkField } from "./field-syntax.ts";
import { LOWER } from "./octets.ts";

/** Where the parts of a field stand in its head: start and end of its name, start and end of its value. */
const STRIDE = 4;
const GONE = -1;

/**
 * Header fields over the text of the head in which they came: a value is cut out of it when somebody asks for it, and
 * runs of fields that nobody changed are written again as they stand.
 *
 * The text holds one character per byte (Latin-1), so that each value keeps its bytes (RFC 9110, section 5.5).
 */
export class TextHeaders implements Headers {
  readonly #text: string;
  /** {@link STRIDE} offsets per field; a name that starts at {@link GONE} is a field that was deleted. */
  readonly #fields: number[];
  /** The offset behind the last field. */
  readonly #end: number;
  /** Values that replace those of the text, by the place of their field. */
  #replaced: (string | undefined)[] | undefined;
  /** Fields behind those of the text: name, value, name, value … */
  #added: string[] | undefined;
  #deleted = 0;
  #flat: readonly string[] | undefined;
  changed = false;

  /** @param fields Offsets into `text`, four per field. Kept and written to. */
  constructor(text: string, fields: number[], end: number) {
    this.#text = text;
    this.#fields = fields;
    this.#end = end;
  }

  get size(): number {
    return this.#fields.length / STRIDE - this.#deleted + (this.#added?.length ?? 0) / 2;
  }

  get(name: string): string | undefined {
    const lower = name.toLowerCase();
    const at = this.#find(lower, 0);
    if (at >= 0) return this.#value(at);
    const added = this.#findAdded(lower, 0);
    return added < 0 ? undefined : (this.#added as string[])[added + 1];
  }

  getAll(name: string): readonly string[] {
    const lower = name.toLowerCase();
    const values: string[] = [];
    for (let at = this.#find(lower, 0); at >= 0; at = this.#find(lower, at + STRIDE)) {
      values.push(this.#value(at));
    }
    const added = this.#added;
    if (added !== undefined) {
      for (let at = this.#findAdded(lower, 0); at >= 0; at = this.#findAdded(lower, at + 2)) {
        values.push(added[at + 1] as string);
      }
    }
    return values;
  }

  has(name: string): boolean {
    const lower = name.toLowerCase();
    return this.#find(lower, 0) >= 0 || this.#findAdded(lower, 0) >= 0;
  }

  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    const first = this.#find(lower, 0);
    if (first >= 0) {
      this.#change();
      this.#replaced ??= [];
      this.#replaced[first / STRIDE] = value;
      for (let at = this.#find(lower, first + STRIDE); at >= 0; at = this.#find(lower, at)) this.#remove(at);
      this.#removeAdded(lower, 0);
      return;
    }
    const added = this.#findAdded(lower, 0);
    if (added < 0) {
      this.append(name, value);
      return;
    }
    this.#change();
    (this.#added as string[])[added + 1] = value;
    this.#removeAdded(lower, added + 2);
  }

  append(name: string, value: string): void {
    this.#change();
    if (this.#added === undefined) this.#added = [name, value];
    else this.#added.push(name, value);
  }

  delete(name: string): boolean {
    const lower = name.toLowerCase();
    let found = false;
    for (let at = this.#find(lower, 0); at >= 0; at = this.#find(lower, at)) {
      this.#remove(at);
      found = true;
    }
    if (this.#removeAdded(lower, 0)) found = true;
    if (found) this.#change();
    return found;
  }

  flat(): readonly string[] {
    if (this.#flat === undefined) {
      const flat: string[] = [];
      const fields = this.#fields;
      for (let at = 0; at < fields.length; at += STRIDE) {
        const start = fields[at] as number;
        if (start !== GONE) flat.push(this.#text.slice(start, fields[at + 1]), this.#value(at));
      }
      this.#flat = this.#added === undefined ? flat : flat.concat(this.#added);
    }
    return this.#flat;
  }

  [Symbol.iterator](): IterableIterator<readonly [string, string]> {
    return pairs(this.flat());
  }

  /**
   * The fields as lines of a head. What the text holds passes as it came; values that were set later are checked.
   *
   * @throws {MeshError} `INVALID_ARGUMENT` for a name or a value that cannot stand in a head.
   */
  lines(): string {
    const text = this.#text;
    const fields = this.#fields;
    let lines = "";
    /** Where a run of unchanged fields began; they follow each other without a gap. */
    let run = GONE;
    for (let at = 0; at < fields.length; at += STRIDE) {
      const start = fields[at] as number;
      const value = start === GONE ? undefined : this.#replaced?.[at / STRIDE];
      if (start !== GONE && value === undefined) {
        if (run === GONE) run = start;
        continue;
      }
      if (run !== GONE) lines += text.slice(run, this.#lineEnd(at));
      run = GONE;
      if (value !== undefined) {
        const name = text.slice(start, fields[at + 1]);
        checkField(name, value);
        lines += `${name}: ${value}\r\n`;
      }
    }
    if (run !== GONE) lines += text.slice(run, this.#end);
    const added = this.#added;
    if (added !== undefined) {
      for (let i = 0; i < added.length; i += 2) {
        const name = added[i] as string;
        const value = added[i + 1] as string;
        checkField(name, value);
        lines += `${name}: ${value}\r\n`;
      }
    }
    return lines;
  }

  /** The end of the line before a field: its value's, spaces behind that included, and CR LF. */
  #lineEnd(at: number): number {
    return this.#text.indexOf("\n", this.#fields[at - 1]) + 1;
  }

  #value(at: number): string {
    const replaced = this.#replaced?.[at / STRIDE];
    return replaced ?? this.#text.slice(this.#fields[at + 2], this.#fields[at + 3]);
  }

  /** The place of the next field of that (lower-case) name. Lengths are compared first: most names differ there. */
  #find(lower: string, from: number): number {
    const fields = this.#fields;
    const { length } = lower;
    for (let at = from; at < fields.length; at += STRIDE) {
      const start = fields[at] as number;
      if (start === GONE || (fields[at + 1] as number) - start !== length) continue;
      let i = 0;
      while (i < length && LOWER[this.#text.charCodeAt(start + i)] === lower.charCodeAt(i)) i++;
      if (i === length) return at;
    }
    return -1;
  }

  #findAdded(lower: string, from: number): number {
    const added = this.#added;
    if (added === undefined) return -1;
    for (let i = from; i < added.length; i += 2) {
      const name = added[i] as string;
      if (name.length === lower.length && (name === lower || name.toLowerCase() === lower)) return i;
    }
    return -1;
  }

  #remove(at: number): void {
    this.#fields[at] = GONE;
    this.#deleted++;
  }

  #removeAdded(lower: string, from: number): boolean {
    let found = false;
    for (let at = this.#findAdded(lower, from); at >= 0; at = this.#findAdded(lower, at)) {
      (this.#added as string[]).splice(at, 2);
      found = true;
    }
    return found;
  }

  #change(): void {
    this.changed = true;
    this.#flat = undefined;
  }
}

function* pairs(flat: readonly string[]): IterableIterator<readonly [string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i] as string, flat[i + 1] as string];
}

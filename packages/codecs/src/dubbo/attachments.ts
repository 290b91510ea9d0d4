import type { HessianSkipper } from "../hessian/hessian-skipper.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { beginsText, hessianTexts } from "./hessian-text.ts";

/** An attachment, by where it stands. */
interface Entry {
  /** `null` for a key that is no string. */
  readonly name: string | null;
  readonly from: number;
  readonly valueAt: number;
  readonly to: number;
  /** Whether the value is a string or null, which no later value can refer to. */
  readonly isText: boolean;
}

const END = 0x5a;

/**
 * The map at the end of a body, by its bytes: values are read when somebody asks, and those that nobody changed stay as they
 * are.
 *
 * ```text
 * 48 | name | value | … | 5a      (Hessian, dialect 4; names are strings, values nearly always)
 * ```
 */
export class Attachments {
  /** Holds them from `from` to `to`. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly #entries: readonly Entry[];
  /** Where the first one stands. */
  readonly #entriesAt: number;

  private constructor(bytes: Buffer, from: number, to: number, entriesAt: number, entries: readonly Entry[]) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.#entriesAt = entriesAt;
    this.#entries = entries;
  }

  /**
   * Finds what stands where the skipper is: the last value of its bytes.
   *
   * @throws {DecodeError} for anything but a map, for what follows it, and for more than `maxHeaders` of them.
   */
  static read(skipper: HessianSkipper, maxHeaders: number): Attachments {
    const { bytes, at: from } = skipper;
    if (skipper.isAtEnd) skipper.truncated("the attachments are due");
    if (!skipper.enterMap()) skipper.malformed("the attachments are no map");
    const entriesAt = skipper.at;
    const entries: Entry[] = [];
    while (!skipper.leaveMap()) {
      if (entries.length === maxHeaders) {
        const what = `more attachments than the limit of ${maxHeaders}`;
        throw new DecodeError("RESOURCE_EXHAUSTED", `dubbo frame: ${what}`, skipper.at);
      }
      const start = skipper.at;
      let name: string | null = null;
      if (beginsText(bytes[start])) name = skipper.string();
      else skipper.skip();
      const valueAt = skipper.at;
      const isText = beginsText(bytes[valueAt]);
      skipper.skip();
      entries.push({ name, from: start, valueAt, to: skipper.at, isText });
    }
    skipper.finish();
    return new Attachments(bytes, from, skipper.at, entriesAt, entries);
  }

  /** The last of that name, if it is a string. */
  get(name: string, skipper: HessianSkipper): string | undefined {
    const entry = this.#entries.findLast((one) => one.name === name);
    return entry === undefined ? undefined : this.#textOf(entry, skipper);
  }

  /** Those that are strings; of several of a name, the last. */
  *texts(skipper: HessianSkipper): Generator<readonly [name: string, value: string]> {
    for (const entry of this.#entries) {
      if (entry.name === null || this.#entries.findLast((one) => one.name === entry.name) !== entry) continue;
      const value = this.#textOf(entry, skipper);
      if (value !== undefined) yield [entry.name, value];
    }
  }

  /**
   * The same with changes: those that stay keep their bytes and order, those that change stand at the end.
   *
   * One that is no string stays even if it changes, and a later one of its name overrules it, as Java's readers have it: values
   * behind it may refer to what it holds, by number.
   */
  with(changes: ReadonlyMap<string, string | undefined>): Attachments {
    const kept: Entry[] = [];
    const added: Buffer[] = [];
    const overruled = new Set<string>();
    for (const entry of this.#entries) {
      const isChanged = entry.name !== null && changes.has(entry.name);
      if (isChanged && !entry.isText) overruled.add(entry.name);
      if (!isChanged || !entry.isText) kept.push(entry);
    }
    const entries: Entry[] = [];
    const pieces = [this.bytes.subarray(this.from, this.#entriesAt)];
    const entriesAt = this.#entriesAt - this.from;
    let at = entriesAt;
    for (const { name, from, valueAt, to, isText } of kept) {
      pieces.push(this.bytes.subarray(from, to));
      entries.push({ name, from: at, valueAt: at + valueAt - from, to: at + to - from, isText });
      at += to - from;
    }
    for (const [name, value] of changes) {
      if (value === undefined && !overruled.has(name)) continue;
      const key = hessianTexts(name);
      const text = hessianTexts(value ?? null);
      added.push(key, text);
      entries.push({
        name,
        from: at,
        valueAt: at + key.length,
        to: at + key.length + text.length,
        isText: true,
      });
      at += key.length + text.length;
    }
    const bytes = Buffer.concat([...pieces, ...added, Buffer.of(END)]);
    return new Attachments(bytes, 0, bytes.length, entriesAt, entries);
  }

  #textOf(entry: Entry, skipper: HessianSkipper): string | undefined {
    if (!entry.isText) return undefined;
    return skipper.begin(this.bytes, entry.valueAt, entry.to).string() ?? undefined;
  }
}

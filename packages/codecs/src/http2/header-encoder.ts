import { STATIC_TABLE } from "./static-table.ts";

/** What an entry counts besides its octets (RFC 7541, section 4.1). */
const ENTRY_OVERHEAD = 32;

/** Names that are remembered, at most: an application's own are few, and a proxy's are as many as its clients think of. */
const MAX_NAMES = 256;

/** A longer one is written and forgotten. */
const MAX_NAME_LENGTH = 128;

/** Values that are not put into any table, on this hop or the next (RFC 7541, section 7.1.3). */
const NEVER_INDEXED: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);

/** What is known of a name. */
interface Name {
  readonly text: string;
  readonly isSecret: boolean;
  /** Its index in the static table, or 0. */
  readonly staticIndex: number;
  /** Static indices of its values. */
  readonly staticValues: ReadonlyMap<string, number>;
  /** The number of its entry in the dynamic table, counted from the first one ever; -1: none. */
  entry: number;
  /** The value of that entry. */
  entryValue: string;
  /** The value that came last: only one that comes again is worth an entry. */
  lastValue: string | undefined;
}

/**
 * Writes blocks of fields of one direction of a connection (HPACK, RFC 7541).
 *
 * Of each name the table holds one value at most, and only one that came twice in a row: fields that differ with every
 * request (ids of traces) would push out those that do not. Strings are written as they are: to spare a few bytes by
 * Huffman's code costs more than all the rest.
 */
export class HeaderEncoder {
  readonly #names = new Map<string, Name>();
  /** Of each entry its name and size, the oldest first. */
  readonly #entries: { readonly name: Name; readonly bytes: number }[] = [];
  #tableBytes = 0;
  #limitBytes = 4_096;
  /** Entries that there ever were. */
  #inserted = 0;
  /** The lowest limit since the last block: where it has changed, the other side is told that it was heard. */
  #lowestLimit: number | undefined;
  #out: Buffer = Buffer.allocUnsafe(1_024);
  #at = 0;

  /** Follows the other side's SETTINGS_HEADER_TABLE_SIZE, up to 4,096 bytes. */
  setTableLimit(bytes: number): void {
    const limit = Math.min(bytes, 4_096);
    if (limit === this.#limitBytes) return;
    this.#limitBytes = limit;
    this.#lowestLimit = Math.min(limit, this.#lowestLimit ?? limit);
    this.#evict(0);
  }

  /**
   * Writes a whole block. Names in lower case; one octet per character of names and values: who calls has checked that.
   *
   * @param fields Flat list of names and values, pseudo-fields first.
   * @returns A view of memory that the next call uses again.
   */
  write(fields: readonly string[]): Buffer {
    this.#at = 0;
    if (this.#lowestLimit !== undefined) {
      this.#room(12);
      // What it has evicted meanwhile, the other side must evict (RFC 7541, section 4.2).
      if (this.#lowestLimit < this.#limitBytes) this.#integer(0x20, 0x1f, this.#lowestLimit);
      this.#integer(0x20, 0x1f, this.#limitBytes);
      this.#lowestLimit = undefined;
    }
    for (let i = 0; i < fields.length; i += 2) this.#field(fields[i] as string, fields[i + 1] as string);
    return this.#out.subarray(0, this.#at);
  }

  #field(text: string, value: string): void {
    const name = this.#names.get(text) ?? this.#learn(text);
    this.#room(text.length + value.length + 16);
    if (name.entry >= 0 && name.entryValue === value) {
      this.#integer(0x80, 0x7f, this.#indexOf(name));
      return;
    }
    const known = name.staticValues.get(value);
    if (known !== undefined) {
      this.#integer(0x80, 0x7f, known);
      return;
    }
    const size = text.length + value.length + ENTRY_OVERHEAD;
    const mayBeEntry = !name.isSecret && size <= this.#limitBytes;
    const isWorthIt = mayBeEntry && name.lastValue === value;
    // What becomes no entry is not kept either: secrets, and what is large.
    name.lastValue = mayBeEntry ? value : undefined;
    const index = name.staticIndex > 0 ? name.staticIndex : name.entry >= 0 ? this.#indexOf(name) : 0;
    if (isWorthIt) this.#integer(0x40, 0x3f, index);
    else this.#integer(name.isSecret ? 0x10 : 0x00, 0x0f, index);
    if (index === 0) this.#string(text);
    this.#string(value);
    if (isWorthIt) this.#insert(name, value, size);
  }

  /** The newest entry has the first index behind the static table. */
  #indexOf({ entry }: Name): number {
    return STATIC_TABLE.length + this.#inserted - entry;
  }

  #insert(name: Name, value: string, bytes: number): void {
    this.#evict(bytes);
    this.#entries.push({ name, bytes });
    this.#tableBytes += bytes;
    name.entry = this.#inserted++;
    name.entryValue = value;
  }

  #evict(forBytes: number): void {
    while (this.#tableBytes + forBytes > this.#limitBytes) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#tableBytes -= oldest.bytes;
      // A name may have an entry that is newer.
      if (oldest.name.entry === this.#inserted - this.#entries.length - 1) oldest.name.entry = -1;
    }
  }

  #learn(text: string): Name {
    // Names of entries stay known by the entries; all others can be learnt again.
    if (this.#names.size >= MAX_NAMES) {
      for (const [key, { entry }] of this.#names) if (entry < 0) this.#names.delete(key);
    }
    const staticValues = new Map<string, number>();
    let staticIndex = 0;
    for (const [i, [name, value]] of STATIC_TABLE.entries()) {
      if (name !== text) continue;
      if (staticIndex === 0) staticIndex = i + 1;
      if (value !== "") staticValues.set(value, i + 1);
    }
    const name: Name = {
      text,
      isSecret: NEVER_INDEXED.has(text),
      staticIndex,
      staticValues,
      entry: -1,
      entryValue: "",
      lastValue: undefined,
    };
    if (text.length <= MAX_NAME_LENGTH) this.#names.set(text, name);
    return name;
  }

  /** RFC 7541, section 5.1. */
  #integer(pattern: number, mask: number, value: number): void {
    if (value < mask) {
      this.#out[this.#at++] = pattern | value;
      return;
    }
    this.#out[this.#at++] = pattern | mask;
    let rest = value - mask;
    while (rest >= 0x80) {
      this.#out[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#out[this.#at++] = rest;
  }

  #string(text: string): void {
    this.#integer(0, 0x7f, text.length);
    const out = this.#out;
    // A call into the runtime costs as much as some 40 characters.
    if (text.length > 40) this.#at += out.write(text, this.#at, "latin1");
    else for (let i = 0; i < text.length; i++) out[this.#at++] = text.charCodeAt(i);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#out.length, this.#at + bytes));
    this.#out.copy(larger, 0, 0, this.#at);
    this.#out = larger;
  }
}

import { decodeHuffman } from "./huffman.ts";
import { STATIC_TABLE } from "./static-table.ts";

/** What an entry counts besides its octets (RFC 7541, section 4.1). */
const ENTRY_OVERHEAD = 32;

export interface HeaderDecoderOptions {
  /** The most that the table of the other side's fields may take, as this side has said in its settings. Bytes. */
  readonly maxTableBytes: number;
  /** Names and values of one list, with 32 bytes for each field (RFC 9113, section 10.5.1). */
  readonly maxListBytes: number;
  readonly maxFields: number;
}

/** Why a block of fields cannot be taken. */
export type HeaderDecoderError =
  /** It is none: the tables of both sides have come apart, and with them the connection. */
  | "malformed"
  /** It is too much. The tables are in step all the same. */
  | "too-large";

/**
 * Reads blocks of fields of one direction of a connection (HPACK, RFC 7541). Each block must be read, and in order, also
 * those that nobody wants: the table of fields that came before is built from all of them.
 */
export class HeaderDecoder {
  error: HeaderDecoderError | undefined;
  readonly #options: HeaderDecoderOptions;
  /** Names and values, the newest last; its beginning may be evicted. */
  #table: string[] = [];
  /** Where the entries in the table begin: what is before is evicted. */
  #first = 0;
  #tableBytes = 0;
  #limitBytes: number;
  /** The block that is read, and where. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;
  #listBytes = 0;

  constructor(options: HeaderDecoderOptions) {
    this.#options = options;
    this.#limitBytes = options.maxTableBytes;
  }

  /**
   * Reads a whole block.
   *
   * @returns Its fields as a flat list, in the order in which they came; with {@link error} set, those before it.
   */
  read(bytes: Buffer): string[] {
    this.error = undefined;
    this.#bytes = bytes;
    this.#at = 0;
    this.#end = bytes.length;
    this.#listBytes = 0;
    const fields: string[] = [];
    while (this.#at < this.#end && !this.#isMalformed()) this.#readField(fields);
    this.#bytes = NOTHING;
    return fields;
  }

  #readField(fields: string[]): void {
    const byte = this.#bytes[this.#at] as number;
    if (byte >= 0x80) {
      const index = this.#readInteger(0x7f);
      this.#push(fields, this.#name(index), this.#value(index));
    } else if (byte >= 0x40) {
      const [name, value] = this.#readLiteral(0x3f);
      this.#push(fields, name, value);
      if (!this.#isMalformed()) this.#insert(name, value);
    } else if (byte >= 0x20) {
      const limit = this.#readInteger(0x1f);
      // A change stands at the beginning of a block (RFC 7541, section 4.2).
      if (this.#listBytes > 0 || limit > this.#options.maxTableBytes) this.error = "malformed";
      else {
        this.#limitBytes = limit;
        this.#evict(0);
      }
    } else {
      const [name, value] = this.#readLiteral(0x0f);
      this.#push(fields, name, value);
    }
  }

  #readLiteral(mask: number): [name: string, value: string] {
    const index = this.#readInteger(mask);
    const name = index === 0 ? this.#readString() : this.#name(index);
    return [name, this.#readString()];
  }

  #push(fields: string[], name: string, value: string): void {
    this.#listBytes += name.length + value.length + ENTRY_OVERHEAD;
    const { maxListBytes, maxFields } = this.#options;
    if (this.#isBad()) return;
    if (this.#listBytes > maxListBytes || fields.length >= 2 * maxFields) this.error = "too-large";
    else fields.push(name, value);
  }

  /** RFC 7541, section 5.1. */
  #readInteger(mask: number): number {
    const bytes = this.#bytes;
    let value = (bytes[this.#at++] as number) & mask;
    if (value < mask) return value;
    for (let shift = 0; this.#at < this.#end; shift += 7) {
      const byte = bytes[this.#at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      // No index, length or limit is as large; leading zeros would go on for ever.
      if (shift > 21) break;
    }
    this.error = "malformed";
    return 0;
  }

  /** RFC 7541, section 5.2. */
  #readString(): string {
    if (this.#isMalformed()) return "";
    if (this.#at >= this.#end) {
      this.error = "malformed";
      return "";
    }
    const isHuffman = (this.#bytes[this.#at] as number) >= 0x80;
    const length = this.#readInteger(0x7f);
    const from = this.#at;
    const to = from + length;
    if (to > this.#end || this.#isMalformed()) {
      this.error = "malformed";
      return "";
    }
    this.#at = to;
    if (!isHuffman) return this.#bytes.toString("latin1", from, to);
    const text = decodeHuffman(this.#bytes, from, to);
    if (text === undefined) this.error = "malformed";
    return text ?? "";
  }

  /** Questions and no comparisons: what is called in between changes the answer. */
  #isMalformed(): boolean {
    return this.error === "malformed";
  }

  #isBad(): boolean {
    return this.error !== undefined;
  }

  #name(index: number): string {
    return this.#lookUp(index, 0);
  }

  #value(index: number): string {
    return this.#lookUp(index, 1);
  }

  #lookUp(index: number, side: 0 | 1): string {
    if (index <= STATIC_TABLE.length) {
      const entry = STATIC_TABLE[index - 1];
      if (entry !== undefined) return entry[side];
    }
    // The newest has the lowest index.
    const at = this.#table.length - 2 * (index - STATIC_TABLE.length);
    const text = at >= this.#first ? this.#table[at + side] : undefined;
    if (text === undefined) this.error = "malformed";
    return text ?? "";
  }

  #insert(name: string, value: string): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(size);
    // What does not fit empties the table, and is no error (RFC 7541, section 4.4).
    if (size > this.#limitBytes) return;
    this.#table.push(name, value);
    this.#tableBytes += size;
  }

  #evict(forBytes: number): void {
    const table = this.#table;
    while (this.#tableBytes + forBytes > this.#limitBytes && this.#first < table.length) {
      const name = table[this.#first] as string;
      const value = table[this.#first + 1] as string;
      this.#tableBytes -= name.length + value.length + ENTRY_OVERHEAD;
      this.#first += 2;
    }
    // Moved seldom, so that an eviction costs no more than its entry.
    if (this.#first > MAX_EVICTED) {
      this.#table = table.slice(this.#first);
      this.#first = 0;
    }
  }
}

const MAX_EVICTED = 512;
const NOTHING = Buffer.alloc(0);

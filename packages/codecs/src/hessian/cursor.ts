import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import {
  BAD,
  END,
  type HessianDialect,
  INT_1,
  INT_2,
  INT_3,
  INT_4,
  STRING_CHUNK,
  STRING_FINAL,
  STRING_MEDIUM,
  STRING_SHORT,
  TAGS,
} from "./tags.ts";
import { asciiText, decoded, decodeUnits, skipUnits } from "./text.ts";

/** What a class definition costs beside its fields, in values: what reads its objects takes some 1,000 bytes. */
const DEFINITION_NODES = 16;

/**
 * A place in the bytes of Hessian values, and what may still be spent: what all that read them have in common. Every length
 * is checked against what is there before anything is made of it.
 */
export class Cursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  readonly dialect: HessianDialect;
  protected readonly tags: Uint8Array;
  protected readonly limits: DecodeLimits;
  protected nodesLeft = 0;
  protected depth = 0;

  constructor(dialect: HessianDialect, limits: DecodeLimits) {
    this.dialect = dialect;
    this.tags = TAGS[dialect];
    this.limits = limits;
  }

  /** Takes the bytes of a new stream, with a full budget. */
  protected start(bytes: Buffer, from: number, end: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.nodesLeft = this.limits.maxNodes;
    this.depth = 0;
    const length = end - from;
    if (length > this.limits.maxBytes) this.tooMuch("bytes", length, this.limits.maxBytes);
  }

  /** @throws {DecodeError} if bytes are left behind the last value that was due. */
  finish(): void {
    if (this.at !== this.end) this.malformed(`${this.end - this.at} bytes are left behind the last value`);
  }

  malformed(what: string): never {
    throw new DecodeError("INVALID_ARGUMENT", `hessian ${this.dialect}: ${what} (byte ${this.at})`, this.at);
  }

  truncated(what: string): never {
    throw new DecodeError(
      "DATA_LOSS",
      `hessian ${this.dialect}: ${what}, byte ${this.end} is the end`,
      this.end,
    );
  }

  tooMuch(what: string, value: number, limit: number): never {
    const message = `hessian ${this.dialect}: ${value} ${what} are over the limit of ${limit}`;
    throw new DecodeError("RESOURCE_EXHAUSTED", message, this.at);
  }

  protected badTag(byte: number, due: string): never {
    const tag = this.tags[byte];
    const hex = `0x${byte.toString(16).padStart(2, "0")}`;
    this.at--;
    this.malformed(tag === BAD ? `no value begins with ${hex}` : `${hex} where ${due} is due`);
  }

  /** The next byte, which is taken. */
  protected byte(): number {
    if (this.at >= this.end) this.truncated("a value is due");
    return this.bytes[this.at++] as number;
  }

  /** @throws {DecodeError} unless so many bytes are left. */
  protected need(count: number): void {
    if (count > this.end - this.at) this.truncated(`${count} more bytes are due`);
  }

  /** One more value, or what costs as much. */
  protected spend(nodes: number): void {
    this.nodesLeft -= nodes;
    if (this.nodesLeft < 0) {
      this.tooMuch("values", this.limits.maxNodes - this.nodesLeft, this.limits.maxNodes);
    }
  }

  /** A class definition, for which whoever reads its objects makes more than the names of its fields. */
  protected spendDefinition(fields: number): void {
    this.spend(DEFINITION_NODES + fields);
  }

  protected enter(): void {
    if (++this.depth > this.limits.maxDepth) this.tooMuch("levels", this.depth, this.limits.maxDepth);
  }

  protected leave(): void {
    this.depth--;
  }

  protected uint16(): number {
    this.need(2);
    const value = ((this.bytes[this.at] as number) << 8) | (this.bytes[this.at + 1] as number);
    this.at += 2;
    return value;
  }

  protected int32(): number {
    this.need(4);
    const { bytes, at } = this;
    this.at = at + 4;
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }

  protected int8(): number {
    return (this.byte() << 24) >> 24;
  }

  protected int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  /** The rest of a number of two bytes that begins with a byte of `base` ± 8, or of three with one of `base` ± 4. */
  protected compact2(byte: number, base: number): number {
    return ((byte - base) << 8) | this.byte();
  }

  protected compact3(byte: number, base: number): number {
    return ((byte - base) << 16) | this.uint16();
  }

  /** An int where only an int may stand: a length, a number of a class or a reference. */
  protected int(due: string): number {
    const byte = this.byte();
    switch (this.tags[byte]) {
      case INT_1:
        return byte - 0x90;
      case INT_2:
        return this.compact2(byte, 0xc8);
      case INT_3:
        return this.compact3(byte, 0xd4);
      case INT_4:
        return this.int32();
      default:
        return this.badTag(byte, due);
    }
  }

  /** How many items follow. Each takes a byte at least, so that a length beyond the end needs no list to be refused. */
  protected count(due: string): number {
    const count = this.int(due);
    this.checkCount(count, due);
    return count;
  }

  protected checkCount(count: number, due: string): void {
    if (count < 0) this.malformed(`${due} is ${count}`);
    if (count > this.end - this.at) this.truncated(`${due} is ${count}`);
  }

  /** A string where only a string may stand: a type, the name of a class or a field. */
  protected name(due: string): string {
    const byte = this.byte();
    const tag = this.tags[byte] as number;
    if (tag < STRING_SHORT || tag > STRING_CHUNK) this.badTag(byte, due);
    return this.restOfString(tag, byte);
  }

  /** The string that begins with `byte`, whose tag is `tag`. */
  protected restOfString(tag: number, byte: number): string {
    switch (tag) {
      case STRING_SHORT:
        return this.units(byte);
      case STRING_MEDIUM:
        return this.units(((byte - 0x30) << 8) | this.byte());
      case STRING_FINAL:
        return this.units(this.uint16());
      default:
        return this.chunkedString();
    }
  }

  /** A string in pieces, the first of which is a chunk. */
  private chunkedString(): string {
    const start = this.at;
    const pieces = [this.units(this.uint16())];
    for (;;) {
      this.checkStringBytes(start);
      this.spend(1);
      const byte = this.byte();
      const tag = this.tags[byte] as number;
      if (tag === STRING_CHUNK) pieces.push(this.units(this.uint16()));
      else if (tag >= STRING_SHORT && tag < STRING_CHUNK) {
        pieces.push(this.restOfString(tag, byte));
        this.checkStringBytes(start);
        return pieces.join("");
      } else this.badTag(byte, "the next chunk of a string");
    }
  }

  protected checkStringBytes(start: number): void {
    const length = this.at - start;
    if (length > this.limits.maxStringBytes)
      this.tooMuch("bytes of a string", length, this.limits.maxStringBytes);
  }

  /** So many UTF-16 units, which nothing precedes. */
  protected units(units: number): string {
    const { bytes, at } = this;
    if (units > this.end - at) this.truncated(`a string of ${units} units begins at byte ${at}`);
    if (units > this.limits.maxStringBytes)
      this.tooMuch("bytes of a string", units, this.limits.maxStringBytes);
    const ascii = asciiText(bytes, at, units);
    if (ascii !== undefined) {
      this.at = at + units;
      return ascii;
    }
    if (!decodeUnits(bytes, at, this.end, units)) this.badText(at, units);
    this.at = decoded.end;
    this.checkStringBytes(at);
    return decoded.text;
  }

  /** The same, without making a string of them. */
  protected skipUnits(units: number): void {
    const { bytes, at } = this;
    if (units > this.end - at) this.truncated(`a string of ${units} units begins at byte ${at}`);
    if (!skipUnits(bytes, at, this.end, units)) this.badText(at, units);
    this.at = decoded.end;
  }

  private badText(start: number, units: number): never {
    this.at = decoded.end;
    const byte = this.bytes[this.at] as number;
    const isCut = this.at >= this.end || (byte >= 0xc0 && byte < 0xf0 && this.end - this.at < 3);
    if (isCut) this.truncated(`a string of ${units} units begins at byte ${start}`);
    this.malformed(`0x${byte.toString(16)} begins no character of a string`);
  }

  /** Whether the next byte ends a list or a map, which it then takes. */
  protected isEnd(): boolean {
    if (this.at >= this.end) this.truncated("the end of a list or a map is due");
    if (this.tags[this.bytes[this.at] as number] !== END) return false;
    this.at++;
    return true;
  }
}

import { joinInt64 } from "../hessian/wide-numbers.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { WIRE } from "./wire-writer.ts";

/** The highest number that a field may have. */
const MAX_FIELD = 0x1fff_ffff;

/** Names as Protocol Buffers have them, by the number of a wire type. */
const WIRE_NAMES = ["varint", "64 bits", "length", "group", "end of a group", "32 bits"];

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the fields of messages in Protocol Buffers. Every length is checked against what is there; a message inside of another
 * is read in place, up to the end that {@link WireReader.enter} sets.
 */
export class WireReader {
  /** Of the field whose tag was read last. */
  field = 0;
  /** One of `WIRE`. */
  wire = 0;
  readonly #bytes: Buffer;
  readonly #limits: DecodeLimits;
  /** Who is read, as errors name it. */
  readonly #subject: string;
  #at = 0;
  #end: number;
  #depth = 0;
  #nodesLeft: number;
  /** The upper half of the last varint, unsigned. */
  #high = 0;

  /** @throws {DecodeError} for more bytes than the limit. */
  constructor(bytes: Buffer, limits: DecodeLimits, subject: string) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#limits = limits;
    this.#subject = subject;
    this.#nodesLeft = limits.maxNodes;
    if (bytes.length > limits.maxBytes) this.tooMuch("bytes", bytes.length, limits.maxBytes);
  }

  /** Goes to the next field; `false` at the end of the message. */
  next(): boolean {
    if (this.#at === this.#end) return false;
    this.spend();
    const tag = this.#uint32("a tag");
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0 || this.field > MAX_FIELD) this.malformed(`field number ${this.field} is none`);
    if (this.wire > WIRE.fixed32) this.malformed(`wire type ${this.wire} of field ${this.field} is none`);
    return true;
  }

  /** @throws {DecodeError} unless the field lies as its type wants it. */
  expect(wire: number, type: string): void {
    if (this.wire === wire) return;
    this.malformed(
      `field ${this.field} is a ${WIRE_NAMES[this.wire]}; expected ${WIRE_NAMES[wire]} (${type})`,
    );
  }

  /** One more value, or what costs as much. */
  spend(): void {
    if (--this.#nodesLeft < 0) this.tooMuch("values", this.#limits.maxNodes + 1, this.#limits.maxNodes);
  }

  /** The lower 32 bits of a varint, signed: how an int32 and a bool are read. */
  int32(): number {
    return this.#varint("a varint") | 0;
  }

  int64(): bigint {
    const low = this.#varint("a varint");
    return joinInt64(this.#high | 0, low);
  }

  /** Whether a varint is not 0. */
  bool(): boolean {
    return this.#varint("a varint") !== 0 || this.#high !== 0;
  }

  double(): number {
    const at = this.#take(8, "a double");
    return this.#bytes.readDoubleLE(at);
  }

  float(): number {
    const at = this.#take(4, "a float");
    return this.#bytes.readFloatLE(at);
  }

  /** @throws {DecodeError} for what is no UTF-8. */
  string(): string {
    const piece = this.view("a string");
    try {
      return UTF8.decode(piece);
    } catch {
      return this.malformed(`a string of ${piece.length} bytes is no UTF-8`);
    }
  }

  /** A view of bytes with their length. */
  view(what = "bytes"): Buffer {
    const length = this.#uint32("a length");
    const limit = this.#limits.maxStringBytes;
    if (length > this.#end - this.#at) this.#take(length, what);
    if (length > limit) this.tooMuch(`bytes of ${what}`, length, limit);
    const at = this.#take(length, what);
    return this.#bytes.subarray(at, at + length);
  }

  /** Goes into the message, or the packed values, that begin with their length here; gives what {@link WireReader.leave} needs. */
  enter(): number {
    const length = this.#uint32("a length");
    if (length > this.#end - this.#at) this.#take(length, "a message");
    const { maxDepth } = this.#limits;
    if (++this.#depth > maxDepth) this.tooMuch("levels", this.#depth, maxDepth);
    const outer = this.#end;
    this.#end = this.#at + length;
    return outer;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  leave(outer: number): void {
    this.#depth--;
    this.#at = this.#end;
    this.#end = outer;
  }

  /** Goes over the value of a field that nobody knows. Groups are counted, not descended into. */
  skip(): void {
    let groups = 0;
    do {
      switch (this.wire) {
        case WIRE.varint:
          this.#varint("a varint");
          break;
        case WIRE.fixed64:
          this.#take(8, "a value of 64 bits");
          break;
        case WIRE.fixed32:
          this.#take(4, "a value of 32 bits");
          break;
        case WIRE.bytes:
          this.#take(this.#uint32("a length"), "bytes");
          break;
        case WIRE.group:
          groups++;
          break;
        default:
          if (--groups < 0) this.malformed(`field ${this.field} ends a group that did not begin`);
      }
      if (groups > this.#limits.maxDepth) this.tooMuch("levels", groups, this.#limits.maxDepth);
    } while (groups > 0 && (this.next() || this.#endInGroup()));
  }

  malformed(what: string): never {
    throw new DecodeError("INVALID_ARGUMENT", `${this.#subject}: ${what} (byte ${this.#at})`, this.#at);
  }

  tooMuch(what: string, value: number, limit: number): never {
    const message = `${this.#subject}: ${value} ${what} are over the limit of ${limit}`;
    throw new DecodeError("RESOURCE_EXHAUSTED", message, this.#at);
  }

  #endInGroup(): never {
    throw new DecodeError("DATA_LOSS", `${this.#subject}: a group has no end (byte ${this.#at})`, this.#at);
  }

  /** A varint of at most 32 bits, where only such a one may stand. */
  #uint32(what: string): number {
    const value = this.#varint(what);
    if (this.#high !== 0) this.malformed(`${what} is over 32 bits`);
    return value;
  }

  /** The lower half, unsigned; the upper one is in `#high`. At most ten bytes. */
  #varint(what: string): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#take(1, what)] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      // Of the tenth byte one bit counts.
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.#high = high >>> 0;
        return low >>> 0;
      }
    }
    return this.malformed(`${what} is over ten bytes`);
  }

  #take(count: number, what: string): number {
    const at = this.#at;
    if (count > this.#end - at) {
      const message = `${this.#subject}: ${what} of ${count} bytes is due at byte ${at}, byte ${this.#end} is the end`;
      throw new DecodeError("DATA_LOSS", message, at);
    }
    this.#at = at + count;
    return at;
  }
}

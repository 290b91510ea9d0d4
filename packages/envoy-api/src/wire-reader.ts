import { END_GROUP, FIXED32, FIXED64, LENGTH, START_GROUP, VARINT } from "./kind.ts";
import { ProtoError } from "./proto-error.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * Reads protobuf's wire format from a buffer, value by value. Every length is compared, unsigned, with what
 * is left before anything is made of it.
 *
 * 64-bit values come as two halves in `low` and `high`, since a bigint per value would cost more than the
 * rest.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Place of the next byte. */
  position = 0;
  /** Halves of the last 64-bit value, each from 0 to 2^32 − 1. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    // Parts of a Buffer would be Buffers, which print and compare differently.
    this.#bytes = Buffer.isBuffer(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A field's tag: number times 8 plus wire type, unsigned. The number is from 1 to 2^29 − 1. */
  tag(): number {
    const first = this.#bytes[this.position];
    if (first !== undefined && first < 0x80 && first > 0x07) {
      this.position++;
      return first;
    }
    this.varint();
    if (this.high !== 0) throw new ProtoError("a tag of more than 32 bits");
    if (this.low < 8) throw new ProtoError("field number 0");
    return this.low;
  }

  /**
   * Into `low` and `high`. At most 10 bytes; bits above the 64th are dropped, as every implementation in C++
   * does.
   */
  varint(): void {
    const bytes = this.#bytes;
    let position = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[position++];
      if (byte === undefined) throw new ProtoError("the bytes end inside a varint");
      const bits = byte & 0x7f;
      // The fifth group of seven bits lies across the halves.
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.position = position;
        return;
      }
    }
    throw new ProtoError("a varint of more than 10 bytes");
  }

  /** Lower 32 bits of a varint, unsigned. */
  varint32(): number {
    const first = this.#bytes[this.position];
    if (first !== undefined && first < 0x80) {
      this.position++;
      return first;
    }
    this.varint();
    return this.low;
  }

  /** Length of what follows, which must end at or before `end`; gives the place where it ends. */
  length(end: number): number {
    this.high = 0; // a varint of one byte leaves it alone
    const length = this.varint32();
    // Only the lower half counts so far: a length of 2^32 + 5 must not pass for 5.
    if (this.high !== 0) throw new ProtoError("a length of more than 32 bits");
    if (length > end - this.position) {
      throw new ProtoError(`a length of ${length} bytes where ${Math.max(0, end - this.position)} are left`);
    }
    return this.position + length;
  }

  fixed32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  /** Into `low` and `high`. */
  fixed64(): void {
    this.#need(8);
    this.low = this.#view.getUint32(this.position, true);
    this.high = this.#view.getUint32(this.position + 4, true);
    this.position += 8;
  }

  float(): number {
    this.#need(4);
    const value = this.#view.getFloat32(this.position, true);
    this.position += 4;
    return value;
  }

  double(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  /** A string up to the place `stop`, which `length` gave. */
  string(stop: number): string {
    const text = decodeUtf8(this.#bytes, this.position, stop);
    this.position = stop;
    return text;
  }

  /** Bytes up to the place `stop`, which `length` gave: a view, not a copy. */
  bytes(stop: number): Uint8Array {
    const view = this.#bytes.subarray(this.position, stop);
    this.position = stop;
    return view;
  }

  /** Passes over a value nobody asked for. Groups may be nested `depth` deep. */
  skip(tag: number, end: number, depth: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.fixed64();
        return;
      case LENGTH:
        this.position = this.length(end);
        return;
      case FIXED32:
        this.fixed32();
        return;
      case START_GROUP:
        this.#skipGroup(tag >>> 3, end, depth);
        return;
      case END_GROUP:
        throw new ProtoError(`group ${tag >>> 3} ends but has not begun`);
      default:
        throw new ProtoError(`wire type ${tag & 7}, which does not exist`);
    }
  }

  #skipGroup(number: number, end: number, depth: number): void {
    if (depth <= 0) throw new ProtoError("groups are nested too deep", "", "RESOURCE_EXHAUSTED");
    while (this.position < end) {
      const tag = this.tag();
      if ((tag & 7) !== END_GROUP) this.skip(tag, end, depth - 1);
      else if (tag >>> 3 === number) return;
      else throw new ProtoError(`group ${number} is ended as group ${tag >>> 3}`);
    }
    throw new ProtoError(`the bytes end inside group ${number}`);
  }

  #need(count: number): void {
    const left = this.#bytes.length - this.position;
    if (left < count)
      throw new ProtoError(`the bytes end inside a fixed number: ${count} needed, ${left} left`);
  }
}

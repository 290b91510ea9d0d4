import { ByteOutput } from "../hessian/byte-output.ts";

/** How a value lies on the wire: the lower three bits of a field's tag. */
export const WIRE = {
  varint: 0,
  fixed64: 1,
  bytes: 2,
  group: 3,
  groupEnd: 4,
  fixed32: 5,
} as const;

const TWO_32 = 0x1_0000_0000;

/**
 * Writes the fields of messages in Protocol Buffers. A message inside of another is written in place, and moved where its length
 * takes more than the one byte that was left for it.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter extends ByteOutput {
  /** Begins a message. What was written and not taken is thrown away. */
  begin(): this {
    this.startMessage();
    return this;
  }

  /** The message, which is nobody else's. */
  take(): Buffer {
    return this.takeMessage();
  }

  tag(field: number, wire: number): void {
    this.uint32(field * 8 + wire);
  }

  /** @param value Unsigned, 32 bits. */
  uint32(value: number): void {
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** Negative ones take ten bytes, as those of 64 bits. */
  int32(value: number): void {
    if (value >= 0) this.uint32(value);
    else this.int64(BigInt(value));
  }

  /** @param value 64 bits. */
  int64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fff_ffffn; rest >>= 7n) this.byte((Number(rest & 0x7fn) | 0x80) & 0xff);
    this.uint32(Number(rest));
  }

  /** @param value A whole number that is held exactly. */
  safeInt64(value: number): void {
    if (value < 0) {
      this.int64(BigInt(value));
      return;
    }
    let rest = value;
    for (; rest >= TWO_32; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 0x80);
    this.uint32(rest);
  }

  double(value: number): void {
    this.reserve(8);
    this.bytes.writeDoubleLE(value, this.at);
    this.at += 8;
  }

  float(value: number): void {
    this.reserve(4);
    this.bytes.writeFloatLE(value, this.at);
    this.at += 4;
  }

  /** Text with its length. A half of a surrogate pair that stands alone becomes U+FFFD, since UTF-8 has no word for it. */
  string(value: string): void {
    const length = Buffer.byteLength(value);
    this.uint32(length);
    this.reserve(length);
    this.at += this.bytes.write(value, this.at);
  }

  /** Bytes with their length. */
  binary(value: Uint8Array): void {
    this.uint32(value.length);
    this.raw(value);
  }

  /** Opens a message inside of this one; its length is put in front of it by {@link WireWriter.close}. */
  open(): number {
    this.byte(0);
    return this.length;
  }

  /** @param from What `open` gave. */
  close(from: number): void {
    const length = this.length - from;
    let size = 1;
    for (let rest = length; rest > 0x7f; rest >>>= 7) size++;
    // The slab may change here, and with it where the message begins.
    this.reserve(size);
    const start = this.at - length;
    if (size > 1) this.bytes.copyWithin(start + size - 1, start, this.at);
    this.at = start - 1;
    this.uint32(length);
    this.at += length;
  }
}

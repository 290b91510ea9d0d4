import { ByteOutput } from "./byte-output.ts";
import { EncodeError } from "./encode-error.ts";
import { JavaDate } from "./java-date.ts";
import type { HessianProfile } from "./profile.ts";
import { writeUnits } from "./write-units.ts";

/** Java's writers make chunks of so many units, or of one less to keep a pair together. */
const CHUNK_UNITS = 0x8000;

/** Writes the values that hold no others, each in its shortest form. */
export class ScalarWriter extends ByteOutput {
  readonly profile: HessianProfile;
  /** Whether it speaks the older dialect. */
  protected readonly isOld: boolean;
  readonly #wholeNumbersAreLongs: boolean;
  /** What a class is laid out by: the dialect, and the order of its fields. 0 to 3. */
  readonly layout: number;

  constructor(profile: HessianProfile, wholeNumbersAreLongs: boolean) {
    super();
    this.profile = profile;
    this.isOld = profile.dialect === "3";
    this.layout = (this.isOld ? 0 : 2) + (profile.isReversed ? 1 : 0);
    this.#wholeNumbersAreLongs = wholeNumbersAreLongs;
  }

  null(): void {
    this.byte(0x4e);
  }

  bool(value: boolean): void {
    this.byte(value ? 0x54 : 0x46);
  }

  number(value: number): void {
    // -0 is no int.
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) this.int(value);
    else if (this.#wholeNumbersAreLongs && Number.isSafeInteger(value) && value !== 0) this.long(value);
    else this.double(value);
  }

  /** @param value An integer of 32 bits. */
  int(value: number): void {
    if (value >= -16 && value <= 47) this.byte(value + 0x90);
    else if (value >= -2048 && value <= 2047) this.two((value >> 8) + 0xc8, value);
    else if (value >= -262144 && value <= 262143) this.tag16((value >> 16) + 0xd4, value);
    else this.tag32(0x49, value);
  }

  /** @param value A whole number that is held exactly, or a `bigint` of 64 bits. */
  long(value: number | bigint): void {
    const number = Number(value);
    if (number >= -8 && number <= 15) this.byte(number + 0xe0);
    else if (number >= -2048 && number <= 2047) this.two((number >> 8) + 0xf8, number);
    else if (number >= -262144 && number <= 262143) this.tag16((number >> 16) + 0x3c, number);
    else if (number >= -2147483648 && number <= 2147483647) this.tag32(this.isOld ? 0x77 : 0x59, number);
    else if (Number.isSafeInteger(number)) this.tagSafe(0x4c, number);
    else {
      const long = BigInt(value);
      if (BigInt.asIntN(64, long) !== long) throw new EncodeError(`a long has 64 bits, got ${long}n`);
      this.tag64(0x4c, long);
    }
  }

  /** -0 goes out as 0, as Java writes it. */
  double(value: number): void {
    const old = this.isOld;
    const isWhole = (value | 0) === value;
    if (isWhole && value === 0) this.byte(old ? 0x67 : 0x5b);
    else if (isWhole && value === 1) this.byte(old ? 0x68 : 0x5c);
    else if (isWhole && value >= -128 && value <= 127) this.two(old ? 0x69 : 0x5d, value);
    else if (isWhole && value >= -32768 && value <= 32767) this.tag16(old ? 0x6a : 0x5e, value);
    else if (old) {
      if (Math.fround(value) === value) this.#float(value);
      else this.tagDouble(0x44, value);
    } else {
      const millis = Math.trunc(value * 1000);
      if ((millis | 0) === millis && 0.001 * millis === value) this.tag32(0x5f, millis);
      else this.tagDouble(0x44, value);
    }
  }

  date(value: Date | JavaDate): void {
    if (value instanceof JavaDate) {
      this.tag64(this.isOld ? 0x64 : 0x4a, value.ms);
      return;
    }
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw new EncodeError("an invalid Date");
    const minutes = ms / 60_000;
    if (!this.isOld && (minutes | 0) === minutes) this.tag32(0x4b, minutes);
    else this.tagSafe(this.isOld ? 0x64 : 0x4a, ms);
  }

  string(value: string): void {
    const { length } = value;
    if (length <= 31) {
      this.reserve(1 + 3 * length);
      this.bytes[this.at] = length;
      this.at = writeUnits(this.bytes, this.at + 1, value);
    } else if (length <= CHUNK_UNITS) this.#finalChunk(value);
    else this.#longString(value);
  }

  #longString(value: string): void {
    let from = 0;
    while (value.length - from > CHUNK_UNITS) {
      let to = from + CHUNK_UNITS;
      if (isHighSurrogate(value.charCodeAt(to - 1))) to--;
      this.chunk(this.isOld ? 0x73 : 0x52, value.slice(from, to));
      from = to;
    }
    const rest = value.slice(from);
    if (rest.length <= 31) this.string(rest);
    else this.#finalChunk(rest);
  }

  #finalChunk(value: string): void {
    const { length } = value;
    if (this.isOld || length > 1023) this.chunk(0x53, value);
    else {
      this.reserve(2 + 3 * length);
      this.bytes[this.at] = 0x30 + (length >> 8);
      this.bytes[this.at + 1] = length;
      this.at = writeUnits(this.bytes, this.at + 2, value);
    }
  }

  protected chunk(tag: number, value: string): void {
    this.tag16(tag, value.length);
    this.reserve(3 * value.length);
    this.at = writeUnits(this.bytes, this.at, value);
  }

  binary(value: Uint8Array): void {
    const chunk = this.profile.binaryChunkBytes;
    let from = 0;
    for (; value.length - from > chunk; from += chunk) {
      this.tag16(this.isOld ? 0x62 : 0x41, chunk);
      this.raw(value.subarray(from, from + chunk));
    }
    const length = value.length - from;
    if (length <= 15) this.byte(0x20 + length);
    else if (!this.isOld && length <= 1023) this.two(0x34 + (length >> 8), length);
    else this.tag16(0x42, length);
    this.raw(value.subarray(from));
  }

  protected two(first: number, second: number): void {
    this.reserve(2);
    this.bytes[this.at] = first;
    this.bytes[this.at + 1] = second;
    this.at += 2;
  }

  #float(value: number): void {
    this.reserve(5);
    this.bytes[this.at] = 0x6b;
    this.bytes.writeFloatBE(value, this.at + 1);
    this.at += 5;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

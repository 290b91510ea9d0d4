import type { DecodeLimits } from "../limits/decode-limits.ts";
import { Cursor } from "./cursor.ts";
import { JavaDate } from "./java-date.ts";
import { JavaDouble } from "./java-double.ts";
import * as tag from "./tags.ts";
import { joinInt64, readInt64, wholeDouble } from "./wide-numbers.ts";

/** Dates beyond are no `Date`. Milliseconds. */
const MAX_DATE_MS = 8.64e15;

/** Reads the values that hold no others: numbers, text, dates, bytes. */
export class ScalarReader extends Cursor {
  readonly #longsAreNumbers: boolean;
  readonly #isExact: boolean;

  constructor(dialect: tag.HessianDialect, limits: DecodeLimits, longsAreNumbers: boolean, isExact: boolean) {
    super(dialect, limits);
    this.#longsAreNumbers = longsAreNumbers;
    this.#isExact = isExact;
  }

  /** The value that begins with `byte`, whose tag is `kind`. */
  protected scalar(kind: number, byte: number): unknown {
    switch (kind) {
      case tag.STRING_SHORT:
        return this.units(byte);
      case tag.INT_1:
        return byte - 0x90;
      case tag.INT_2:
        return this.compact2(byte, 0xc8);
      case tag.INT_3:
        return this.compact3(byte, 0xd4);
      case tag.INT_4:
        return this.int32();
      case tag.NULL:
        return null;
      case tag.TRUE:
        return true;
      case tag.FALSE:
        return false;
      case tag.LONG_1:
        return this.#long(byte - 0xe0);
      case tag.LONG_2:
        return this.#long(this.compact2(byte, 0xf8));
      case tag.LONG_3:
        return this.#long(this.compact3(byte, 0x3c));
      case tag.LONG_4:
        return this.#long(this.int32());
      case tag.LONG_8:
        return this.#longOf8();
      case tag.DOUBLE_0:
        return this.#double(0);
      case tag.DOUBLE_1:
        return this.#double(1);
      case tag.DOUBLE_BYTE:
        return this.#double(this.int8());
      case tag.DOUBLE_SHORT:
        return this.#double(this.int16());
      case tag.DOUBLE_MILLIS:
        // A product and no quotient: the last bit is as Java has it.
        return this.#double(0.001 * this.int32());
      case tag.DOUBLE_FLOAT:
        this.need(4);
        this.at += 4;
        return this.#double(this.bytes.readFloatBE(this.at - 4));
      case tag.DOUBLE_8:
        this.need(8);
        this.at += 8;
        return this.#double(this.bytes.readDoubleBE(this.at - 8));
      case tag.DATE_MS:
        return this.#date();
      case tag.DATE_MINUTES:
        return new Date(this.int32() * 60_000);
      case tag.STRING_MEDIUM:
      case tag.STRING_FINAL:
      case tag.STRING_CHUNK:
        return this.restOfString(kind, byte);
      case tag.BINARY_SHORT:
        return this.#binary(byte - 0x20);
      case tag.BINARY_MEDIUM:
        return this.#binary(((byte - 0x34) << 8) | this.byte());
      case tag.BINARY_FINAL:
        return this.#binary(this.uint16());
      case tag.BINARY_CHUNK:
        return this.#chunkedBinary();
      default:
        return this.badTag(byte, "a value");
    }
  }

  #long(value: number): bigint | number {
    return this.#longsAreNumbers ? value : BigInt(value);
  }

  #longOf8(): bigint | number {
    const high = this.int32();
    const low = this.int32() >>> 0;
    if (high >= -0x200000 && high < 0x200000) {
      const value = high * 0x100000000 + low;
      if (!this.#longsAreNumbers) return BigInt(value);
      if (Number.isSafeInteger(value)) return value;
    }
    return joinInt64(high, low);
  }

  #double(value: number): number | JavaDouble {
    return this.#isExact && wholeDouble(value) ? new JavaDouble(value) : value;
  }

  #date(): Date | JavaDate {
    this.need(8);
    const ms = readInt64(this.bytes, this.at);
    this.at += 8;
    return typeof ms === "number" && Math.abs(ms) <= MAX_DATE_MS ? new Date(ms) : new JavaDate(BigInt(ms));
  }

  #binary(length: number): Buffer {
    this.need(length);
    const limit = this.limits.maxStringBytes;
    if (length > limit) this.tooMuch("bytes of a binary", length, limit);
    const from = this.at;
    this.at += length;
    // A copy: what a message held must not hold the message's buffer.
    const bytes = Buffer.allocUnsafe(length);
    this.bytes.copy(bytes, 0, from, this.at);
    return bytes;
  }

  #chunkedBinary(): Buffer {
    const start = this.at;
    const pieces = [this.#binary(this.uint16())];
    for (;;) {
      this.checkStringBytes(start);
      this.spend(1);
      const byte = this.byte();
      switch (this.tags[byte]) {
        case tag.BINARY_CHUNK:
          pieces.push(this.#binary(this.uint16()));
          continue;
        case tag.BINARY_SHORT:
          pieces.push(this.#binary(byte - 0x20));
          break;
        case tag.BINARY_MEDIUM:
          pieces.push(this.#binary(((byte - 0x34) << 8) | this.byte()));
          break;
        case tag.BINARY_FINAL:
          pieces.push(this.#binary(this.uint16()));
          break;
        default:
          return this.badTag(byte, "the next chunk of a binary");
      }
      this.checkStringBytes(start);
      return Buffer.concat(pieces);
    }
  }
}

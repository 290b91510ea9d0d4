import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { classRegistry } from "./class-registry.ts";
import { describeValue, EncodeError } from "./encode-error.ts";
import { HessianReader } from "./hessian-reader.ts";
import { HessianWriter } from "./hessian-writer.ts";
import { type AnyJavaType, type JavaType, REFUSED, type RegisteredClass } from "./java-type.ts";
import { type HessianProfileName, PROFILES } from "./profile.ts";
import type { HessianDialect } from "./tags.ts";

export interface HessianOptions {
  readonly dialect: HessianDialect;
  /** The library whose bytes are written. Default `sofa-3` in dialect 3, `dubbo-3` in dialect 4. */
  readonly profile?: HessianProfileName;
  /** Those that objects are read as, and those that their fields name. Others are read as `JavaObject`. */
  readonly classes?: readonly RegisteredClass[];
  /**
   * `number`: a long that a number holds exactly is one where no type says otherwise, and whole numbers beyond 32 bits are
   * written as longs. Default `bigint`.
   */
  readonly longs?: "bigint" | "number";
  /**
   * Where no type says what a value is, it keeps what JavaScript would lose: a whole double is a `JavaDouble`, a list or a map
   * that says of which class it is a `JavaList` or a `JavaMap`. Default `false`.
   */
  readonly exact?: boolean;
  readonly limits?: Partial<DecodeLimits>;
}

/** Hessian values of one dialect, with the classes of one application. */
export interface Hessian {
  readonly dialect: HessianDialect;
  /**
   * @param type What Java declares. Default: the value's own look says it, as an `Object` in Java.
   * @throws {EncodeError} for a value that is not of its type, with the path to it.
   */
  encode<T>(value: NoInfer<T>, type: JavaType<T>): Buffer;
  encode(value: unknown): Buffer;
  /** Values one behind the other, as the arguments of a call: they share one table of references. */
  encodeAll(values: readonly unknown[], types?: readonly (AnyJavaType | undefined)[]): Buffer;
  /**
   * The one value that the bytes are.
   *
   * @throws {DecodeError} for bytes that are not one value, or one of another type.
   */
  decode<T = unknown>(bytes: Uint8Array, type?: JavaType<T>): T;
  /** All values of the bytes. */
  decodeAll(bytes: Uint8Array): unknown[];
}

/**
 * ```ts
 * import { createHessian, java } from "@dualmesh/codecs/hessian";
 *
 * const Address = java.class("com.example.Address", { city: java.string, zip: java.int });
 * const hessian = createHessian({ dialect: "4", classes: [Address] });
 * const bytes = hessian.encode({ city: "Hangzhou", zip: 310000 }, Address);
 * console.log(hessian.decode(bytes)); // => Address { zip: 310000, city: 'Hangzhou' }
 * ```
 *
 * @throws {RangeError} for a profile of the other dialect, two classes of one name, or limits out of their ranges.
 */
export function createHessian(options: HessianOptions): Hessian {
  const { dialect, longs = "bigint", exact = false, limits = {} } = options;
  const profile = PROFILES[options.profile ?? (dialect === "3" ? "sofa-3" : "dubbo-3")];
  if (profile?.dialect !== dialect) {
    throw new RangeError(`hessian: no profile "${options.profile}" of dialect ${dialect}`);
  }
  const classes = classRegistry(options.classes ?? []);
  const reader = new HessianReader({ dialect, classes, longs, exact, limits });
  const newWriter = () => new HessianWriter({ profile, wholeNumbersAreLongs: longs === "number" });
  const shared = newWriter();
  let isWriting = false;

  function write(put: (writer: HessianWriter) => void): Buffer {
    // A getter of a value may come back here while it is written.
    const writer = isWriting ? newWriter() : shared;
    const wasWriting = isWriting;
    isWriting = true;
    try {
      put(writer.begin());
      return writer.take();
    } finally {
      isWriting = wasWriting;
    }
  }

  return {
    dialect,
    encode: (value: unknown, type?: AnyJavaType) =>
      write((writer) => (type === undefined ? writer.any(value) : type.write(writer, value))),
    encodeAll: (values, types = []) =>
      write((writer) => {
        for (let i = 0; i < values.length; i++) writeArgument(writer, values[i], types[i], i);
      }),
    decode<T>(bytes: Uint8Array, type?: JavaType<T>): T {
      const value = reader.begin(bufferOf(bytes)).read();
      reader.finish();
      return type === undefined ? (value as T) : acceptAs(value, type);
    },
    decodeAll(bytes) {
      const values: unknown[] = [];
      for (reader.begin(bufferOf(bytes)); !reader.isAtEnd; ) values.push(reader.read());
      return values;
    },
  };
}

function writeArgument(
  writer: HessianWriter,
  value: unknown,
  type: AnyJavaType | undefined,
  number: number,
): void {
  try {
    if (type === undefined) writer.any(value);
    else type.write(writer, value as never);
  } catch (error) {
    throw error instanceof EncodeError ? error.within(`[${number}]`) : error;
  }
}

/**
 * A value that was read, as its type has it.
 *
 * @throws {DecodeError} if it is of another type.
 */
export function acceptAs<T>(value: unknown, type: JavaType<T>): T {
  const accepted = type.accept(value);
  if (accepted !== REFUSED) return accepted;
  throw new DecodeError("INVALID_ARGUMENT", `hessian: expected ${type.name}, got ${describeValue(value)}`, 0);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

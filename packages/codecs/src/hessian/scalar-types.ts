import { describeValue, EncodeError } from "./encode-error.ts";
import type { HessianWriter } from "./hessian-writer.ts";
import { JavaDouble } from "./java-double.ts";
import type { JavaShape } from "./java-shape.ts";
import { type JavaType, type PlainScalar, REFUSED } from "./java-type.ts";

const NO_CLASSES = (): readonly [] => [];

interface ScalarDefinition<T> {
  readonly name: string;
  readonly javaName?: string;
  readonly arrayName?: string;
  readonly absent: T;
  readonly kind: Exclude<
    JavaShape["kind"],
    "text" | "list" | "set" | "map" | "enum" | "class" | "boxed" | "required"
  >;
  readonly plain?: PlainScalar;
  readonly accept: (value: unknown) => T | typeof REFUSED;
  /** Writes a value if it is one that needs no thought, and says whether it was. */
  readonly write: (writer: HessianWriter, value: T) => boolean;
}

/** A type whose `write` is tried as it is, and after `accept` has had a look. */
function scalar<T>(definition: ScalarDefinition<T>): JavaType<T> {
  const { name, javaName = name, arrayName = name, absent, kind, plain, accept, write } = definition;
  return {
    ...(plain === undefined ? {} : { plain }),
    name,
    javaName,
    arrayName,
    absent,
    shape: { kind },
    accept,
    uses: NO_CLASSES,
    write(writer, value) {
      if (write(writer, value)) return;
      const accepted = value === undefined ? REFUSED : accept(value);
      if (accepted === REFUSED || !write(writer, accepted)) {
        throw new EncodeError(`expected ${name}, got ${describeValue(value)}`);
      }
    },
  };
}

/** The same for a type that may be null, which goes for what a plain object does not have, too. */
function nullable<T>(definition: Omit<ScalarDefinition<T | null>, "absent">): JavaType<T | null> {
  const { accept, write } = definition;
  return scalar<T | null>({
    ...definition,
    absent: null,
    accept: (value) => (value === null ? null : accept(value)),
    write(writer, value) {
      if (value !== null && value !== undefined) return write(writer, value);
      writer.null();
      return true;
    },
  });
}

function integer(name: "int" | "short" | "byte", least: number, most: number): JavaType<number> {
  const isOne = (value: unknown): value is number =>
    typeof value === "number" && (value | 0) === value && value >= least && value <= most;
  return scalar<number>({
    name,
    kind: name,
    absent: 0,
    ...(name === "int" ? { plain: "int" } : {}),
    accept(value) {
      const number = typeof value === "bigint" ? Number(value) : value;
      return isOne(number) ? number : REFUSED;
    },
    write(writer, value) {
      if (!isOne(value)) return false;
      writer.int(value);
      return true;
    },
  });
}

export const int: JavaType<number> = integer("int", -0x80000000, 0x7fffffff);
export const short: JavaType<number> = integer("short", -0x8000, 0x7fff);
/** Java's byte, which has a sign. An array of them is `bytes`. */
export const byte: JavaType<number> = integer("byte", -0x80, 0x7f);

export const long: JavaType<bigint> = scalar<bigint>({
  name: "long",
  kind: "long",
  absent: 0n,
  plain: "long",
  accept(value) {
    if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : REFUSED;
    return Number.isSafeInteger(value) ? BigInt(value as number) : REFUSED;
  },
  write(writer, value) {
    if (typeof value !== "bigint") return false;
    writer.long(value);
    return true;
  },
});

/** A long that the application wants as a number; one beyond ±(2^53 − 1) is refused, since a number would change it. */
export const safeLong: JavaType<number> = scalar<number>({
  name: "long",
  kind: "safe-long",
  absent: 0,
  accept(value) {
    const number = typeof value === "bigint" ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : REFUSED;
  },
  write(writer, value) {
    if (!Number.isSafeInteger(value)) return false;
    writer.long(value);
    return true;
  },
});

function realNumber(value: unknown): number | typeof REFUSED {
  if (typeof value === "number") return value;
  if (value instanceof JavaDouble) return value.value;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : REFUSED;
}

export const double: JavaType<number> = scalar<number>({
  name: "double",
  kind: "double",
  absent: 0,
  plain: "double",
  accept: realNumber,
  write(writer, value) {
    if (typeof value !== "number") return false;
    writer.double(value);
    return true;
  },
});

/** Written as the double that is nearest to the float, as Java does it. */
export const float: JavaType<number> = scalar<number>({
  name: "float",
  kind: "float",
  absent: 0,
  accept: realNumber,
  write(writer, value) {
    if (typeof value !== "number") return false;
    writer.double(Math.fround(value));
    return true;
  },
});

export const boolean: JavaType<boolean> = scalar<boolean>({
  name: "boolean",
  kind: "boolean",
  absent: false,
  plain: "boolean",
  accept: (value) => (typeof value === "boolean" ? value : REFUSED),
  write(writer, value) {
    if (typeof value !== "boolean") return false;
    writer.bool(value);
    return true;
  },
});

export const string: JavaType<string | null> = nullable<string>({
  name: "string",
  kind: "string",
  javaName: "java.lang.String",
  plain: "string",
  accept: (value) => (typeof value === "string" ? value : REFUSED),
  write(writer, value) {
    if (typeof value !== "string") return false;
    writer.string(value);
    return true;
  },
});

/** One UTF-16 unit. */
export const char: JavaType<string> = scalar<string>({
  name: "char",
  kind: "char",
  absent: "\0",
  accept: (value) => (typeof value === "string" && value.length === 1 ? value : REFUSED),
  write(writer, value) {
    if (typeof value !== "string" || value.length !== 1) return false;
    writer.string(value);
    return true;
  },
});

/** `byte[]`. */
export const bytes: JavaType<Uint8Array | null> = nullable<Uint8Array>({
  name: "byte[]",
  kind: "bytes",
  javaName: "[B",
  arrayName: "[byte",
  accept: (value) => (value instanceof Uint8Array ? value : REFUSED),
  write(writer, value) {
    if (!(value instanceof Uint8Array)) return false;
    writer.binary(value);
    return true;
  },
});

/** `java.util.Date`. One that a `Date` cannot hold is a `JavaDate`, and refused here. */
export const date: JavaType<Date | null> = nullable<Date>({
  name: "date",
  kind: "date",
  javaName: "java.util.Date",
  accept: (value) => (value instanceof Date ? value : REFUSED),
  write(writer, value) {
    if (!(value instanceof Date)) return false;
    writer.date(value);
    return true;
  },
});

/** `java.lang.Object`: whatever it is. */
export const any: JavaType<unknown> = {
  name: "Object",
  javaName: "java.lang.Object",
  arrayName: "object",
  absent: null,
  shape: { kind: "any" },
  accept: (value) => value,
  write: (writer, value) => writer.any(value),
  uses: NO_CLASSES,
};

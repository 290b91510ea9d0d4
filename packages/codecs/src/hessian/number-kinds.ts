import { describeValue, EncodeError } from "./encode-error.ts";
import { JavaList } from "./java-list.ts";
import {
  intField,
  isWhole,
  longField,
  matchForm,
  type ScalarClass,
  type ScalarKind,
  scalarClass,
  textField,
} from "./scalar-kind.ts";
import { byte, float, int, long, short } from "./scalar-types.ts";

/** Text as `BigDecimal.toString` gives it: `100.06`, `1E+10`. No number, which would lose digits. */
export const decimal: ScalarClass<string> = scalarClass<string>({
  javaName: "java.math.BigDecimal",
  classNames: ["java.math.BigDecimal"],
  read(field) {
    const value = field("value");
    return typeof value === "string" ? value : undefined;
  },
  form(value) {
    matchForm(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/, "decimal number as text", value);
    return { className: "java.math.BigDecimal", fields: [["value", textField(value)]] };
  },
});

/** The bits of Java's int that a part of a BigInteger's magnitude is. */
const PART = 0xffffffffn;
/** 9,864 digits. A longer one stays the object that it came as: to print 8 million digits takes seconds. */
const MAX_PARTS = 1_024;

export const bigInteger: ScalarClass<bigint> = scalarClass<bigint>({
  javaName: "java.math.BigInteger",
  shape: { kind: "big-integer" },
  classNames: ["java.math.BigInteger"],
  read(field) {
    const [sign, magnitude] = [field("signum"), field("mag")];
    if (!isWhole(sign) || !Array.isArray(magnitude) || magnitude.length > MAX_PARTS) return undefined;
    if (!magnitude.every(isWhole)) return undefined;
    const hex = magnitude.map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
    return hex === "" ? 0n : BigInt(`0x${hex}`) * BigInt(Math.sign(sign));
  },
  form(value) {
    if (typeof value !== "bigint") throw new EncodeError(`expected a bigint, got ${describeValue(value)}`);
    const parts: number[] = [];
    for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n)
      parts.unshift(Number(rest & PART) | 0);
    return {
      className: "java.math.BigInteger",
      fields: [
        ["signum", intField(value > 0n ? 1 : value < 0n ? -1 : 0)],
        ["bitCountPlusOne", intField(0)],
        ["bitLengthPlusOne", intField(0)],
        ["lowestSetBitPlusTwo", intField(0)],
        ["firstNonzeroIntNumPlusTwo", intField(0)],
        ["mag", (writer) => writer.any(new JavaList("[int", parts))],
      ],
    };
  },
});

export const atomicInteger: ScalarClass<number> = scalarClass<number>({
  javaName: "java.util.concurrent.atomic.AtomicInteger",
  shape: { kind: "boxed", type: int },
  classNames: ["java.util.concurrent.atomic.AtomicInteger"],
  read: (field) => numberIn(field("value")),
  form: (value) => ({
    className: "java.util.concurrent.atomic.AtomicInteger",
    fields: [["value", intField(value)]],
  }),
});

export const atomicLong: ScalarClass<bigint> = scalarClass<bigint>({
  javaName: "java.util.concurrent.atomic.AtomicLong",
  shape: { kind: "boxed", type: long },
  classNames: ["java.util.concurrent.atomic.AtomicLong"],
  read(field) {
    const value = field("value");
    return isWhole(value) || typeof value === "bigint" ? BigInt(value) : undefined;
  },
  form: (value) => ({
    className: "java.util.concurrent.atomic.AtomicLong",
    fields: [["value", longField(value)]],
  }),
});

const BOXED = { Byte: byte, Short: short, Float: float } as const;

/** A Byte, Short or Float on its own, which Caucho's library does not write as a plain number. */
function boxedNumber(box: "Byte" | "Short" | "Float"): ScalarKind<number> {
  return {
    javaName: `java.lang.${box}`,
    shape: { kind: "boxed", type: BOXED[box] },
    classNames: [`com.caucho.hessian.io.${box}Handle`, `com.alibaba.com.caucho.hessian.io.${box}Handle`],
    read: (field) => numberIn(field("_value")),
    form: (value, profile) => ({
      className: `${profile.handlePackage}${box}Handle`,
      fields: [
        ["_value", (writer) => (box === "Float" ? writer.double(Math.fround(value)) : writer.int(value))],
      ],
    }),
  };
}

export const byteHandle: ScalarClass<number> = scalarClass(boxedNumber("Byte"));
export const shortHandle: ScalarClass<number> = scalarClass(boxedNumber("Short"));
export const floatHandle: ScalarClass<number> = scalarClass(boxedNumber("Float"));

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

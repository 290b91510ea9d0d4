import { show } from "./check-scalar.ts";
import type { Field } from "./field.ts";
import { type Int64, safeInt64 } from "./int64.ts";
import type { Kind } from "./kind.ts";
import { suggest } from "./suggest.ts";

/** A scalar as read from JSON, or what is wrong with it. */
export type Scalar = { readonly value: unknown } | { readonly problem: string };

/** Ranges of the integer kinds. */
const ranges: ReadonlyMap<Kind, readonly [low: bigint, high: bigint]> = new Map([
  ["int32", [-0x8000_0000n, 0x7fff_ffffn]],
  ["sint32", [-0x8000_0000n, 0x7fff_ffffn]],
  ["sfixed32", [-0x8000_0000n, 0x7fff_ffffn]],
  ["uint32", [0n, 0xffff_ffffn]],
  ["fixed32", [0n, 0xffff_ffffn]],
  ["int64", [-(1n << 63n), (1n << 63n) - 1n]],
  ["sint64", [-(1n << 63n), (1n << 63n) - 1n]],
  ["sfixed64", [-(1n << 63n), (1n << 63n) - 1n]],
  ["uint64", [0n, (1n << 64n) - 1n]],
  ["fixed64", [0n, (1n << 64n) - 1n]],
]);

/**
 * Reads a scalar as proto3 JSON writes it: 64-bit integers and the odd floating numbers may be text, bytes
 * are base64.
 * @see https://protobuf.dev/programming-guides/json
 */
export function scalarFromJson(kind: Kind, value: unknown): Scalar {
  if (kind === "string") {
    if (typeof value === "string" && value.isWellFormed()) return { value };
    return {
      problem: `expected text, found ${show(value)}${typeof value === "number" ? " (quote it)" : ""}`,
    };
  }
  if (kind === "bool") {
    return typeof value === "boolean"
      ? { value }
      : { problem: `expected true or false, found ${show(value)}` };
  }
  if (kind === "bytes") return bytesFromJson(value);
  if (kind === "double" || kind === "float") return floatFromJson(kind, value);
  return integerFromJson(kind, value);
}

/** An enum value by name, or by number: a number without a name stays a number. */
export function enumFromJson(field: Field, value: unknown): Scalar {
  const type = field.enum;
  if (typeof value === "string") {
    const number = type.numbers.get(value);
    if (number !== undefined) return { value: type.show(number) };
    const names = [...type.numbers.keys()];
    const hint = suggest(value, names) || (names.length <= 8 ? ` (one of ${names.join(", ")})` : "");
    return { problem: `${show(value)} is not a value of ${type.name}${hint}` };
  }
  if (typeof value === "number" && (value | 0) === value) return { value: type.show(value) };
  return { problem: `expected the name of a value of ${type.name}, found ${show(value)}` };
}

function integerFromJson(kind: Kind, value: unknown): Scalar {
  const [low, high] = ranges.get(kind)!;
  const integer = toInteger(value);
  if (integer === undefined) return { problem: `expected an integer, found ${show(value)}` };
  if (integer < low || integer > high)
    return { problem: `${show(value)} is out of range: from ${low} to ${high}` };
  return { value: typeof integer === "bigint" ? safeInt64(integer) : integer + 0 };
}

function toInteger(value: unknown): Int64 | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return value;
    return Number.isInteger(value) ? BigInt(value) : undefined;
  }
  if (typeof value !== "string" || !/^-?(0|[1-9]\d{0,19})$/.test(value)) return undefined;
  return safeInt64(BigInt(value));
}

function floatFromJson(kind: "double" | "float", value: unknown): Scalar {
  const number = toNumber(value);
  if (number === undefined) return { problem: `expected a number, found ${show(value)}` };
  if (kind === "double") return { value: number };
  const single = Math.fround(number);
  if (Number.isFinite(number) && !Number.isFinite(single))
    return { problem: `${show(value)} is out of range of a float` };
  return { value: single };
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return undefined;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Base64 in either alphabet, with or without padding. */
function bytesFromJson(value: unknown): Scalar {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    return { problem: `expected base64, found ${show(value)}` };
  }
  const digits = value.replace(/=+$/, "");
  if (digits.length % 4 === 1) return { problem: `base64 of impossible length ${digits.length}` };
  // Copied, since Node's small buffers share one large one.
  return { value: Uint8Array.from(Buffer.from(digits, "base64")) };
}

/** A finite float with as few digits as identify it: 0.1, not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return short;
  }
  return value;
}

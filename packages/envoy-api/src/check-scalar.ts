import type { Field } from "./field.ts";
import type { Kind } from "./kind.ts";
import { ProtoError } from "./proto-error.ts";

/** Number of an enum value given by name or number. @throws ProtoError if it is neither. */
export function enumNumber(field: Field, value: unknown): number {
  if (typeof value === "number" && (value | 0) === value) return value;
  const number = typeof value === "string" ? field.enum.numbers.get(value) : undefined;
  if (number === undefined) throw new ProtoError(`${show(value)} is not a value of ${field.enum.name}`);
  return number;
}

/**
 * Whether the value has the type and range of a scalar kind; for writing, where a wrong one must not pass
 * silently.
 */
export function isScalar(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string" && value.isWellFormed();
    case "bytes":
      return value instanceof Uint8Array;
    case "bool":
      return typeof value === "boolean";
    case "double":
    case "float":
      return typeof value === "number";
    case "int32":
    case "sint32":
    case "sfixed32":
      return typeof value === "number" && (value | 0) === value;
    case "uint32":
    case "fixed32":
      return typeof value === "number" && value >>> 0 === value;
    case "int64":
    case "sint64":
    case "sfixed64":
      return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
    case "uint64":
    case "fixed64":
      return typeof value === "bigint"
        ? BigInt.asUintN(64, value) === value
        : Number.isSafeInteger(value) && (value as number) >= 0;
    case "enum":
    case "message":
      return false;
  }
}

/** @throws ProtoError that names the kind and what was given. */
export function checkScalar(kind: Kind, value: unknown): void {
  if (!isScalar(kind, value)) throw new ProtoError(`${show(value)} is not a ${kind}`);
}

/**
 * Whether a value is the default of a scalar kind, which proto3 does not write. A negative zero is another
 * value than zero among floating numbers, and the same among integers. A value of a wrong type is no default.
 */
export function isZero(kind: Kind, value: unknown): boolean {
  if (kind === "string") return value === "";
  if (kind === "bytes") return value instanceof Uint8Array && value.length === 0;
  if (kind === "bool") return value === false;
  if (kind === "double" || kind === "float") return Object.is(value, 0);
  return value === 0 || (value === 0n && kind.endsWith("64"));
}

/** A value as an error shows it: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" || typeof value === "function" ? "an object" : `${value as number}`;
}

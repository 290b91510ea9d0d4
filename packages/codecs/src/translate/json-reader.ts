import type { AnyJavaType, JavaType } from "../hessian/java-type.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { parseJson } from "./parse-json.ts";
import { javaOfPlain } from "./plain-value.ts";
import { parseTimestamp } from "./timestamp.ts";
import {
  type BareShape,
  bareType,
  type ClassShape,
  fieldsOf,
  INTEGER_RANGE,
  MAX_BIG_DIGITS,
} from "./type-shape.ts";
import { shown, ValuePath } from "./value-path.ts";

const INTEGER_TEXT = /^-?\d{1,20}$/;
const NUMBER_TEXT = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BASE64_TEXT = /^[A-Za-z\d+/_-]*={0,2}$/;
const BIG_TEXT = /^-?\d+$/;
const NO_NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/**
 * The value of a type that JSON says, by the rules of Protocol Buffers' JSON: longs as numbers or text, bytes in base64, dates in
 * RFC 3339, decimals as text, enums by name, NaN and the infinities as text. A field that is left out, or null, is what Java has
 * without it: null, 0, `false`. Fields that a class does not have are refused.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { readJson } from "@dualmesh/codecs/translate";
 *
 * const Order = java.class("com.example.Order", { id: java.long, tags: java.list(java.string) });
 * console.log(readJson('{"id":"7","tags":["new"]}', Order)); // => Order { id: 7n, tags: [ 'new' ] }
 * ```
 * @throws {TranslateError} with the path of the value that is not of its type.
 */
export function readJson<T>(text: string | Uint8Array, type: JavaType<T>, limits?: Partial<DecodeLimits>): T {
  const path = new ValuePath("json", decodeLimits(limits));
  return javaOf(parseJson(text, path.limits), type, path) as T;
}

/** The value of a type that a parsed one is. Names of objects that are not the type's are never looked up. */
export function javaOf(value: unknown, type: AnyJavaType, path: ValuePath): unknown {
  const { type: bare, shape, isNullable, isRequired } = bareType(type);
  if (value === null || value === undefined) {
    if (isNullable) return null;
    return isRequired ? path.fail(`expected ${type.name}, got nothing`) : bare.absent;
  }
  return present(value, shape, bare.name, path);
}

/** An item of a list, or a value of a map: null is none of a primitive's. */
function itemOf(value: unknown, type: AnyJavaType, path: ValuePath): unknown {
  if (value === null && !bareType(type).isNullable) path.fail(`expected ${type.name}, got null`);
  return javaOf(value, type, path);
}

function present(value: unknown, shape: BareShape, name: string, path: ValuePath): unknown {
  switch (shape.kind) {
    case "boolean":
      return typeof value === "boolean" ? value : unfit(value, name, path);
    case "byte":
    case "short":
    case "int": {
      const number = typeof value === "string" && INTEGER_TEXT.test(value) ? Number(value) : value;
      const [least, most] = INTEGER_RANGE[shape.kind];
      if (!Number.isInteger(number) || (number as number) < least || (number as number) > most) {
        unfit(value, `${name} (${least} to ${most})`, path);
      }
      // -0 is no int.
      return (number as number) + 0;
    }
    case "long":
      return longOf(value, path);
    case "safe-long": {
      const long = longOf(value, path);
      const number = Number(long);
      return Number.isSafeInteger(number) ? number : unfit(value, "a long of 53 bits", path);
    }
    case "float": {
      const number = Math.fround(realOf(value, name, path));
      if (!Number.isFinite(number) && !NO_NUMBERS.has(value)) unfit(value, "a float", path);
      return number;
    }
    case "double":
      return realOf(value, name, path);
    case "char":
      return typeof value === "string" && value.length === 1 ? value : unfit(value, "one character", path);
    case "string":
      return typeof value === "string" ? value : unfit(value, name, path);
    case "bytes":
      if (typeof value !== "string" || !BASE64_TEXT.test(value)) return unfit(value, "base64", path);
      return Buffer.from(value, "base64");
    case "date":
      return (
        (typeof value === "string" ? parseTimestamp(value) : undefined) ??
        unfit(value, "a date as in RFC 3339", path)
      );
    case "big-integer": {
      const text = Number.isSafeInteger(value) ? String(value) : value;
      if (typeof text !== "string" || text.length > MAX_BIG_DIGITS || !BIG_TEXT.test(text)) {
        return unfit(value, `a whole number as text of up to ${MAX_BIG_DIGITS} digits`, path);
      }
      return BigInt(text);
    }
    case "text":
      return typeof value === "string" && shape.isText(value) ? value : unfit(value, `text of ${name}`, path);
    case "any":
      return javaOfPlain(value, path);
    case "list":
      return itemsOf(value, shape.item, name, path);
    case "set":
      return new Set(itemsOf(value, shape.item, name, path));
    case "map":
      return mapOf(value, shape.key, shape.value, name, path);
    case "enum":
      return typeof value === "string" && shape.constants.includes(value)
        ? value
        : unfit(value, `one of ${shape.constants.join(", ")}`, path);
    case "class":
      return objectOf(value, shape, path);
    default:
      return shape satisfies never;
  }
}

function longOf(value: unknown, path: ValuePath): bigint {
  if (typeof value === "number" && Number.isInteger(value)) {
    if (Number.isSafeInteger(value)) return BigInt(value);
    // Whatever was written has been rounded already.
    return path.fail(`expected long, got a number of more than 53 bits: write it as text`);
  }
  const long = typeof value === "string" && INTEGER_TEXT.test(value) ? BigInt(value) : undefined;
  if (long === undefined || BigInt.asIntN(64, long) !== long) return unfit(value, "long", path);
  return long;
}

function realOf(value: unknown, name: string, path: ValuePath): number {
  const number = typeof value === "string" && NUMBER_TEXT.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  return NO_NUMBERS.get(value) ?? unfit(value, name, path);
}

function itemsOf(value: unknown, item: AnyJavaType, name: string, path: ValuePath): unknown[] {
  if (!Array.isArray(value)) return unfit(value, name, path);
  return value.map((each: unknown, i) => {
    path.enter(i);
    const java = itemOf(each, item, path);
    path.leave();
    return java;
  });
}

function mapOf(
  value: unknown,
  key: AnyJavaType,
  item: AnyJavaType,
  name: string,
  path: ValuePath,
): Map<unknown, unknown> {
  if (typeof value !== "object" || Array.isArray(value)) return unfit(value, name, path);
  const map = new Map<unknown, unknown>();
  for (const [text, each] of Object.entries(value as object)) {
    path.enterKey(text);
    map.set(keyOf(text, key, path), itemOf(each, item, path));
    path.leave();
  }
  return map;
}

/** A key, all of which are text in JSON. */
export function keyOf(text: string, type: AnyJavaType, path: ValuePath): unknown {
  const { kind } = bareType(type).shape;
  const isTrue = text === "true";
  return javaOf(kind === "boolean" && (isTrue || text === "false") ? isTrue : text, type, path);
}

function objectOf(value: unknown, shape: ClassShape, path: ValuePath): object {
  return shape.of(recordOf(value, fieldsOf(shape), shape.className, path));
}

/** The values of some names, whose own they are. */
export function recordOf(
  value: unknown,
  fields: ReadonlyMap<string, AnyJavaType>,
  name: string,
  path: ValuePath,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unfit(value, name, path);
  const given = new Map<string, unknown>(Object.entries(value));
  for (const field of given.keys()) {
    if (!fields.has(field)) path.fail(`${name} has no ${JSON.stringify(field.slice(0, 100))}`);
  }
  const record = Object.create(null) as Record<string, unknown>;
  for (const [field, type] of fields) {
    path.enter(field);
    record[field] = javaOf(given.get(field), type, path);
    path.leave();
  }
  return record;
}

function unfit(value: unknown, due: string, path: ValuePath): never {
  return path.fail(`expected ${due}, got ${shown(value)}`);
}

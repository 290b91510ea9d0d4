import { instanceClassOf } from "../hessian/instance-class.ts";
import { JavaDate } from "../hessian/java-date.ts";
import { JavaDouble } from "../hessian/java-double.ts";
import { JavaEnumConstant } from "../hessian/java-enum-constant.ts";
import { JavaList } from "../hessian/java-list.ts";
import { JavaMap } from "../hessian/java-map.ts";
import { JavaObject } from "../hessian/java-object.ts";
import { JavaScalar } from "../hessian/java-scalar.ts";
import { formatTimestamp } from "./timestamp.ts";
import { shown, type ValuePath } from "./value-path.ts";

/** What JSON has words for. Objects are maps, since their names come from the wire. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | ReadonlyMap<string, PlainValue>;

/**
 * What stands for a `java.lang.Object` where nobody knows its class: of an object its fields, of a long or a decimal its text, of a
 * date RFC 3339, of bytes base64. The way back gives lists, maps, text and numbers.
 */
export function plainOf(value: unknown, path: ValuePath): PlainValue {
  switch (typeof value) {
    case "boolean":
    case "number":
    case "string":
      return value;
    case "bigint":
      return value.toString();
    case "undefined":
      return null;
    case "object":
      return value === null ? null : plainObject(value, path);
    default:
      return path.fail(`a ${typeof value} is nothing that Java has`);
  }
}

function plainObject(value: object, path: ValuePath): PlainValue {
  if (Array.isArray(value)) return plainItems(value, path);
  if (value instanceof Map) return plainEntries(value, path);
  if (value instanceof Set) return plainItems([...(value as Set<unknown>)], path);
  if (value instanceof Date) return formatTimestamp(value) ?? path.fail("a date beyond the years 1 to 9999");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof JavaObject) return plainEntries(value.entries(), path);
  if (value instanceof JavaList) return plainItems(value.items, path);
  if (value instanceof JavaMap) return plainEntries(value.entries, path);
  if (value instanceof JavaDouble) return value.value;
  if (value instanceof JavaEnumConstant) return value.name;
  if (value instanceof JavaDate) return value.ms.toString();
  if (value instanceof JavaScalar) {
    return typeof value.value === "object" || typeof value.value === "number"
      ? plainOf(value.value, path)
      : String(value.value);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (instanceClassOf(value) === undefined && prototype !== Object.prototype && prototype !== null) {
    path.fail(`${shown(value)} of a class that nobody knows`);
  }
  return plainEntries(Object.entries(value), path);
}

function plainItems(items: readonly unknown[], path: ValuePath): PlainValue[] {
  return items.map((item, i) => {
    path.enter(i);
    const plain = plainOf(item, path);
    path.leave();
    return plain;
  });
}

function plainEntries(
  entries: Iterable<readonly [key: unknown, value: unknown]>,
  path: ValuePath,
): Map<string, PlainValue> {
  const plain = new Map<string, PlainValue>();
  for (const [key, value] of entries) {
    const text = keyText(key) ?? path.fail(`${shown(key)} as the key of a map`);
    path.enterKey(text);
    plain.set(text, plainOf(value, path));
    path.leave();
  }
  return plain;
}

/** The text of a key that has one. */
export function keyText(key: unknown): string | undefined {
  switch (typeof key) {
    case "string":
      return key;
    case "number":
    case "bigint":
    case "boolean":
      return String(key);
    default:
      return key instanceof JavaEnumConstant ? key.name : undefined;
  }
}

/** The value for a `java.lang.Object`: a whole number of 32 bits is an int, one that a number holds exactly a long. */
export function javaOfPlain(value: unknown, path: ValuePath): unknown {
  if (typeof value === "number") {
    const isLong = Number.isSafeInteger(value) && (value | 0) !== value;
    return isLong ? BigInt(value) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item, i) => {
      path.enter(i);
      const java = javaOfPlain(item, path);
      path.leave();
      return java;
    });
  }
  const map = new Map<string, unknown>();
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    path.enterKey(key);
    map.set(key as string, javaOfPlain(item, path));
    path.leave();
  }
  return map;
}

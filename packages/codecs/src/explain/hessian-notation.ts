import { JavaDate } from "../hessian/java-date.ts";
import { JavaDouble } from "../hessian/java-double.ts";
import { JavaList } from "../hessian/java-list.ts";
import { JavaMap } from "../hessian/java-map.ts";
import { JavaObject } from "../hessian/java-object.ts";
import { javaText } from "./java-text.ts";

/**
 * A Hessian value as JSON that loses nothing: ids are the numbers that lists, maps and objects have in their stream, and a
 * `ref` names one of them.
 */
export type HessianNotation =
  | { readonly t: "null" }
  | { readonly t: "bool"; readonly v: boolean }
  | { readonly t: "int"; readonly v: number }
  | { readonly t: "long"; readonly v: string }
  | { readonly t: "double"; readonly v: string; readonly bits: string }
  | { readonly t: "date"; readonly v: string }
  | { readonly t: "string"; readonly v: string }
  | { readonly t: "string"; readonly unit: string; readonly times: number; readonly tail: string }
  | { readonly t: "binary"; readonly v: string }
  | { readonly t: "binary"; readonly unit: string; readonly times: number }
  | {
      readonly t: "list";
      readonly id: number;
      readonly type: string | null;
      readonly variable?: true;
      readonly v: readonly HessianNotation[];
    }
  | {
      readonly t: "map";
      readonly id: number;
      readonly type: string | null;
      readonly v: readonly (readonly [HessianNotation, HessianNotation])[];
    }
  | {
      readonly t: "object";
      readonly id: number;
      readonly class: string;
      readonly fields: readonly (readonly [string, HessianNotation])[];
    }
  | { readonly t: "ref"; readonly v: number };

/** Text and bytes that are longer, and only repeat themselves, are told by what they repeat. */
const LONG = 256;
const LONGEST_TAIL = 64;

/**
 * The values of one stream, in order, as they were read by a reader that is exact.
 *
 * @throws {TypeError} for a value that such a reader does not give.
 */
export function toNotation(values: readonly unknown[]): HessianNotation[] {
  const ids = new Map<object, number>();
  return values.map((value) => notationOf(value, ids));
}

function notationOf(value: unknown, ids: Map<object, number>): HessianNotation {
  switch (typeof value) {
    case "boolean":
      return { t: "bool", v: value };
    case "string":
      return stringOf(value);
    case "bigint":
      return { t: "long", v: `${value}` };
    case "number":
      return (value | 0) === value && !Object.is(value, -0) ? { t: "int", v: value } : doubleOf(value);
    case "object":
      return value === null ? { t: "null" } : objectOf(value, ids);
    default:
      throw new TypeError(`hessian notation: no exact reader gives a ${typeof value}`);
  }
}

function objectOf(value: object, ids: Map<object, number>): HessianNotation {
  if (value instanceof JavaDouble) return doubleOf(value.value);
  if (value instanceof Date) return { t: "date", v: `${value.getTime()}` };
  if (value instanceof JavaDate) return { t: "date", v: `${value.ms}` };
  if (value instanceof Uint8Array) return binaryOf(value);
  const known = ids.get(value);
  if (known !== undefined) return { t: "ref", v: known };
  const id = ids.size;
  ids.set(value, id);
  if (Array.isArray(value))
    return { t: "list", id, type: null, v: value.map((item) => notationOf(item, ids)) };
  if (value instanceof JavaList) {
    const items = value.items.map((item) => notationOf(item, ids));
    return { t: "list", id, type: value.type, ...(value.isOpen ? { variable: true } : {}), v: items };
  }
  if (value instanceof JavaMap) {
    const entries = value.entries.map(([k, v]) => [notationOf(k, ids), notationOf(v, ids)] as const);
    return { t: "map", id, type: value.type, v: entries };
  }
  if (value instanceof JavaObject) {
    const fields = [...value.entries()].map(([name, field]) => [name, notationOf(field, ids)] as const);
    return { t: "object", id, class: value.class, fields };
  }
  throw new TypeError(`hessian notation: no exact reader gives an object of ${value.constructor?.name}`);
}

function stringOf(value: string): HessianNotation {
  for (let length = 1; value.length > LONG && length <= 2; length++) {
    const unit = value.slice(0, length);
    let times = 1;
    while (value.startsWith(unit, times * length)) times++;
    const tail = value.slice(times * length);
    if (tail.length <= LONGEST_TAIL) return { t: "string", unit, times, tail };
  }
  return { t: "string", v: value };
}

function binaryOf(value: Uint8Array): HessianNotation {
  const [first] = value;
  if (value.length > LONG && value.every((byte) => byte === first)) {
    return { t: "binary", unit: hexOf(value.subarray(0, 1)), times: value.length };
  }
  return { t: "binary", v: hexOf(value) };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

function doubleOf(value: number): HessianNotation {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(value);
  // The format has one zero: what Java writes for -0.0 is read as 0.0.
  return { t: "double", v: javaText(value), bits: bits.toString("hex") };
}

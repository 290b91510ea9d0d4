import { JavaDate } from "../hessian/java-date.ts";
import { JavaDouble } from "../hessian/java-double.ts";
import { JavaList } from "../hessian/java-list.ts";
import { JavaMap } from "../hessian/java-map.ts";
import { JavaObject } from "../hessian/java-object.ts";
import { wholeDouble } from "../hessian/wide-numbers.ts";
import type { HessianNotation } from "./hessian-notation.ts";

/** Beyond, a `Date` holds nothing. Milliseconds. */
const MAX_DATE_MS = 8_640_000_000_000_000n;

/**
 * The values of one stream, for a writer: the way back from `toNotation`.
 *
 * @throws {TypeError} for what is no notation, or a `ref` to an id that has not begun.
 */
export function fromNotation(values: readonly HessianNotation[]): unknown[] {
  const known = new Map<number, unknown>();
  return values.map((value) => valueIn(value, known));
}

function valueIn(node: HessianNotation, known: Map<number, unknown>): unknown {
  switch (node.t) {
    case "null":
      return null;
    case "bool":
    case "int":
      return node.v;
    case "long":
      return BigInt(node.v);
    case "double": {
      const value = Buffer.from(node.bits, "hex").readDoubleBE();
      return wholeDouble(value) ? new JavaDouble(value) : value;
    }
    case "date": {
      const ms = BigInt(node.v);
      return ms >= -MAX_DATE_MS && ms <= MAX_DATE_MS ? new Date(Number(ms)) : new JavaDate(ms);
    }
    case "string":
      return "unit" in node ? node.unit.repeat(node.times) + (node.tail ?? "") : node.v;
    case "binary":
      return "unit" in node
        ? Buffer.alloc(node.times, Number.parseInt(node.unit, 16))
        : Buffer.from(node.v, "hex");
    case "list": {
      const items: unknown[] = [];
      // Also without a type: some writers give a plain array one.
      known.set(node.id, new JavaList(node.type, items, node.variable === true));
      for (const item of node.v) items.push(valueIn(item, known));
      return known.get(node.id);
    }
    case "map": {
      const entries: [unknown, unknown][] = [];
      const map = new JavaMap(node.type, entries);
      known.set(node.id, map);
      for (const [key, value] of node.v) {
        const readKey = valueIn(key, known);
        entries.push([readKey, valueIn(value, known)]);
      }
      return map;
    }
    case "object": {
      const values: unknown[] = [];
      const object = new JavaObject({ name: node.class, fields: node.fields.map(([name]) => name) }, values);
      known.set(node.id, object);
      for (const [, value] of node.fields) values.push(valueIn(value, known));
      return object;
    }
    case "ref":
      if (!known.has(node.v)) throw new TypeError(`hessian notation: no value has the id ${node.v}`);
      return known.get(node.v);
    default:
      throw new TypeError(
        `hessian notation: nobody knows a value of the kind ${JSON.stringify(node satisfies never)}`,
      );
  }
}

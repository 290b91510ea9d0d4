import {
  type ClassDefinition,
  JavaDate,
  JavaDouble,
  JavaList,
  JavaMap,
  JavaObject,
} from "../../src/hessian/index.ts";

/** A number from 0 up to `below`. */
type Pick = (below: number) => number;

const EDGES = [0, 1, -1, 15, 16, -8, -9, 47, 48, 2047, 2048, -2048, -2049, 262143, 262144, -262144, -262145];
const TEXTS = [
  "",
  "a",
  "ascii text",
  "é",
  "天地",
  "😀",
  "\ud800",
  "\udc00x",
  "\0",
  "__proto__",
  "toString",
  "a𝄞b",
];
const TYPES = ["[int", "java.util.LinkedList", "com.example.Type", "[[string", "java.util.TreeMap"];
const CLASSES: readonly ClassDefinition[] = [
  { name: "com.example.Empty", fields: [] },
  { name: "com.example.One", fields: ["a"] },
  { name: "com.example.Twice", fields: ["a", "b", "a"] },
  { name: "com.example.Evil", fields: ["__proto__", "constructor"] },
  { name: `com.example.${"Long".repeat(20)}`, fields: Array.from({ length: 20 }, (_, i) => `field${i}`) },
];

/** Values as an exact reader gives them, drawn by chance: containers of a few levels, some of which are met twice. */
export function randomValues(pick: Pick, count = 3): unknown[] {
  const seen: object[] = [];
  return Array.from({ length: count }, () => value(pick, seen, 4));
}

function value(pick: Pick, seen: object[], levels: number): unknown {
  const kind = pick(levels > 0 ? 16 : 9);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return pick(2) === 0;
    case 2:
      return integer(pick);
    case 3:
      return long(pick);
    case 4:
      return double(pick);
    case 5:
      return date(pick);
    case 6:
    case 7:
      return text(pick);
    case 8:
      return Buffer.alloc(pick(10) === 0 ? pick(40_000) : pick(20), pick(256));
    case 9:
      return seen.length === 0 ? null : seen[pick(seen.length)];
    case 10:
    case 11:
      return list(pick, seen, levels);
    case 12:
    case 13:
      return map(pick, seen, levels);
    default:
      return object(pick, seen, levels);
  }
}

function integer(pick: Pick): number {
  return pick(2) === 0 ? (EDGES[pick(EDGES.length)] as number) : (pick(2 ** 32) | 0) >> pick(32);
}

function long(pick: Pick): bigint {
  const edge = BigInt(EDGES[pick(EDGES.length)] as number);
  const wide = (BigInt(pick(2 ** 32)) << 32n) | BigInt(pick(2 ** 32));
  return pick(2) === 0 ? edge : BigInt.asIntN(64, wide) >> BigInt(pick(64));
}

function double(pick: Pick): number | JavaDouble {
  const drawn = [
    pick(1_000) / 8,
    pick(100_000) / 1_000,
    Math.fround(pick(1_000) * 1.1),
    Number.NaN,
    1e300,
    -0.5,
  ][pick(6)];
  const number = drawn as number;
  return (number | 0) === number ? new JavaDouble(number) : number;
}

function date(pick: Pick): Date | JavaDate {
  if (pick(10) === 0) return new JavaDate(8_640_000_000_000_001n + BigInt(pick(1_000)));
  return new Date((pick(2) === 0 ? 60_000 : 1) * (pick(2 ** 31) - 2 ** 30));
}

function text(pick: Pick): string {
  const one = TEXTS[pick(TEXTS.length)] as string;
  return pick(20) === 0 ? one.repeat(1 + pick(20_000)) : one.repeat(1 + pick(3));
}

function list(pick: Pick, seen: object[], levels: number): unknown {
  const items: unknown[] = [];
  const type = pick(2) === 0 ? null : (TYPES[pick(TYPES.length)] as string);
  const isOpen = pick(4) === 0;
  const made = type === null && !isOpen ? items : new JavaList(type, items, isOpen);
  seen.push(made);
  for (let i = pick(10); i > 0; i--) items.push(value(pick, seen, levels - 1));
  return made;
}

function map(pick: Pick, seen: object[], levels: number): JavaMap {
  const entries: [unknown, unknown][] = [];
  const made = new JavaMap(pick(2) === 0 ? null : (TYPES[pick(TYPES.length)] as string), entries);
  seen.push(made);
  for (let i = pick(5); i > 0; i--) {
    // The older dialect has no word for a first key of true in a map without a type.
    const key = value(pick, seen, levels - 1);
    entries.push([key === true ? "true" : key, value(pick, seen, levels - 1)]);
  }
  return made;
}

function object(pick: Pick, seen: object[], levels: number): JavaObject {
  const definition = CLASSES[pick(CLASSES.length)] as ClassDefinition;
  const made = new JavaObject(definition, []);
  seen.push(made);
  for (const _ of definition.fields) made.values.push(value(pick, seen, levels - 1));
  return made;
}

/** The same bytes with a few of them changed, taken away, put in, or doubled; or cut. Lengths and tags are what hurts most. */
export function mutated(pick: Pick, bytes: Buffer): Buffer {
  let changed = Buffer.from(bytes);
  for (let i = 1 + pick(3); i > 0; i--) {
    const at = pick(changed.length + 1);
    const length = pick(4);
    const piece = Buffer.from(HURTING[pick(HURTING.length)] ?? [pick(256)]);
    switch (pick(5)) {
      case 0:
        if (at < changed.length) changed[at] = pick(256);
        break;
      case 1:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)]);
        break;
      case 2:
        changed = Buffer.concat([changed.subarray(0, at), piece, changed.subarray(at)]);
        break;
      case 3:
        changed = Buffer.concat([changed.subarray(0, at), piece, changed.subarray(at + piece.length)]);
        break;
      default:
        changed = changed.subarray(0, at);
    }
  }
  return changed;
}

/** Lengths of all sizes, ends, definitions, references. */
const HURTING: readonly (readonly number[])[] = [
  [0x49, 0x7f, 0xff, 0xff, 0xff],
  [0x49, 0xff, 0xff, 0xff, 0xff],
  [0x8f],
  [0x5a],
  [0x7a],
  [0x43, 0x01, 0x61],
  [0x4f, 0x91, 0x61],
  [0x51, 0x90],
  [0x4a, 0x00],
  [0x60],
  [0x6f, 0x90],
  [0xff, 0xff],
  [0x00],
];

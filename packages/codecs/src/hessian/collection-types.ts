import { describeValue, EncodeError } from "./encode-error.ts";
import type { HessianWriter } from "./hessian-writer.ts";
import { JavaList } from "./java-list.ts";
import { mapOf } from "./java-map.ts";
import { elementOfName } from "./java-name.ts";
import { type JavaType, REFUSED } from "./java-type.ts";

/** A `List`, written as an ArrayList; any list or array of Java's is read as one. */
export function list<T>(item: JavaType<T>): JavaType<T[] | null> {
  return arrayLike(`List<${item.name}>`, "java.util.List", "java.util.ArrayList", item, (writer) =>
    writer.profile.typesArrayLists ? "java.util.ArrayList" : null,
  );
}

/** An array, which says of what: `int[]`, `String[]`, `Order[]`. For `byte[]` there is `bytes`. */
export function array<T>(item: JavaType<T>): JavaType<T[] | null> {
  const type = `[${item.arrayName}`;
  return arrayLike(`${item.name}[]`, `[${elementOfName(item.javaName)}`, type, item, () => type);
}

/**
 * Longer lists and maps are looked at once, however many values refer to them: half a million references of three bytes to one
 * list of as many items would else be 10^11 looks. For shorter ones a look costs less than to remember it.
 */
const FEW = 16;

function arrayLike<T>(
  name: string,
  javaName: string,
  arrayName: string,
  item: JavaType<T>,
  typeFor: (writer: HessianWriter) => string | null,
): JavaType<T[] | null> {
  const accepted = new WeakSet<unknown[]>();
  return {
    name,
    javaName,
    arrayName,
    absent: null,
    shape: { kind: "list", item },
    uses: () => item.uses(),
    accept(value) {
      if (value === null) return null;
      const items = value instanceof JavaList ? value.items : value;
      return Array.isArray(items) ? acceptItems(items, item, accepted) : REFUSED;
    },
    write(writer, value) {
      if (value === null || value === undefined) writer.null();
      else if (!Array.isArray(value)) throw new EncodeError(`expected ${name}, got ${describeValue(value)}`);
      else if (!writer.refer(value)) writeItems(writer, typeFor(writer), value, item);
    },
  };
}

/** Each item as it is wanted, in the array itself: it may be shared, and hold itself. */
function acceptItems<T>(
  items: unknown[],
  item: JavaType<T>,
  known: WeakSet<unknown[]>,
): T[] | typeof REFUSED {
  if (items.length > FEW && known.has(items)) return items as T[];
  for (let i = 0; i < items.length; i++) {
    const accepted = item.accept(items[i]);
    if (accepted === REFUSED) return REFUSED;
    if (accepted !== items[i]) items[i] = accepted;
  }
  if (items.length > FEW) known.add(items);
  return items as T[];
}

function writeItems<T>(
  writer: HessianWriter,
  type: string | null,
  items: readonly T[],
  item: JavaType<T>,
): void {
  writer.beginList(type, items.length);
  for (let i = 0; i < items.length; i++) {
    try {
      item.write(writer, items[i] as T);
    } catch (error) {
      throw error instanceof EncodeError ? error.within(`[${i}]`) : error;
    }
  }
  writer.endList();
}

/** A `Set`, written as a HashSet. */
export function set<T>(item: JavaType<T>): JavaType<Set<T> | null> {
  const name = `Set<${item.name}>`;
  const accepted = new WeakSet<unknown[]>();
  // One list is one set, as it was for whoever wrote it.
  const sets = new WeakMap<unknown[], Set<T>>();
  return {
    name,
    javaName: "java.util.Set",
    arrayName: "java.util.HashSet",
    absent: null,
    shape: { kind: "set", item },
    uses: () => item.uses(),
    accept(value) {
      if (value === null || value instanceof Set) return value;
      const given = value instanceof JavaList ? value.items : value;
      if (!Array.isArray(given)) return REFUSED;
      const known = sets.get(given);
      if (known !== undefined) return known;
      const items = acceptItems(given, item, accepted);
      if (items === REFUSED) return REFUSED;
      const made = new Set(items);
      sets.set(given, made);
      return made;
    },
    write(writer, value) {
      if (value === null || value === undefined) writer.null();
      else if (!(value instanceof Set))
        throw new EncodeError(`expected ${name}, got ${describeValue(value)}`);
      else if (!writer.refer(value)) writeItems(writer, "java.util.HashSet", [...value], item);
    },
  };
}

/** A `Map`, written as a HashMap. A plain object will do where keys are strings. */
export function map<K, V>(
  key: JavaType<K>,
  value: JavaType<V>,
): JavaType<Map<K, V> | Readonly<Record<string, V>> | null> & {
  // So that it is a `JavaType<Map<K, V> | null>`, too, for those who want to read a Map without asking whether it is one.
  readonly absent: null;
  accept(from: unknown): Map<K, V> | null | typeof REFUSED;
} {
  const name = `Map<${key.name}, ${value.name}>`;
  const maps = new WeakMap<object, Map<K, V>>();
  return {
    name,
    javaName: "java.util.Map",
    arrayName: "java.util.HashMap",
    absent: null,
    shape: { kind: "map", key, value },
    uses: () => [...key.uses(), ...value.uses()],
    accept(from) {
      if (from === null) return null;
      const known = typeof from === "object" ? maps.get(from) : undefined;
      if (known !== undefined) return known;
      const entries = mapOf(from);
      const accepted = entries === undefined ? REFUSED : acceptEntries(entries, key, value);
      // Of a `JavaMap` each look would make another map.
      if (accepted !== REFUSED && (accepted.size > FEW || accepted !== from))
        maps.set(from as object, accepted);
      return accepted;
    },
    write(writer, from) {
      if (from === null || from === undefined) writer.null();
      else if (typeof from !== "object" || Array.isArray(from)) {
        throw new EncodeError(`expected ${name}, got ${describeValue(from)}`);
      } else if (!writer.refer(from)) {
        const entries = from instanceof Map ? from.entries() : Object.entries(from);
        writeEntries(writer, entries as Iterable<[K, V]>, key, value);
      }
    },
  };
}

function acceptEntries<K, V>(
  map: Map<unknown, unknown>,
  key: JavaType<K>,
  value: JavaType<V>,
): Map<K, V> | typeof REFUSED {
  let changesKeys = false;
  for (const [k, v] of map) {
    const acceptedKey = key.accept(k);
    const accepted = value.accept(v);
    if (acceptedKey === REFUSED || accepted === REFUSED) return REFUSED;
    changesKeys ||= acceptedKey !== k;
    if (accepted !== v) map.set(k, accepted);
  }
  if (changesKeys) {
    const entries = [...map];
    map.clear();
    for (const [k, v] of entries) map.set(key.accept(k), v);
  }
  return map as Map<K, V>;
}

function writeEntries<K, V>(
  writer: HessianWriter,
  entries: Iterable<readonly [K, V]>,
  key: JavaType<K>,
  value: JavaType<V>,
): void {
  writer.beginMap(null);
  let isFirst = true;
  for (const [k, v] of entries) {
    // As for a map without a type of its keys: Java would read a first key of `true` as the number of a type.
    if (isFirst && (k as unknown) === true && writer.profile.dialect === "3") writer.tag16(0x74, 0);
    isFirst = false;
    try {
      key.write(writer, k);
      value.write(writer, v);
    } catch (error) {
      throw error instanceof EncodeError ? error.within(`[${describeValue(k)}]`) : error;
    }
  }
  writer.endOpen();
}

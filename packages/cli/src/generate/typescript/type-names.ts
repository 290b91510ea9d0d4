import { typeIdentifier } from "./quoting.ts";

/** Names that stand in what is written. */
const TAKEN: ReadonlySet<string> = new Set([
  "Awaited",
  "Date",
  "JavaClass",
  "JavaEnum",
  "JavaMethod",
  "JavaService",
  "JavaType",
  "Map",
  "Promise",
  "RegisteredClass",
  "Set",
  "Uint8Array",
  "classes",
  "java",
]);

/**
 * The names of Java's classes in TypeScript: `Order`; `Outer_Inner` for an inner class; of those that would have one name each
 * has so much of its package in front as it takes: `billing_Order`, `shop_Order`.
 */
export function typeNames(classNames: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const used = new Set(TAKEN);
  let waiting = [...classNames].sort();
  for (let depth = 0; waiting.length > 0; depth++) {
    const groups = Map.groupBy(waiting, (name) => shortName(name, depth));
    waiting = [];
    for (const [short, names] of groups) {
      const [only] = names;
      // Whose whole name is used up gets a number.
      const isWhole = names.every((name) => shortName(name, depth + 1) === short);
      if (names.length === 1 && only !== undefined && !used.has(short)) {
        found.set(only, short);
        used.add(short);
      } else if (isWhole) {
        for (const name of names) found.set(name, numbered(short, used));
      } else waiting.push(...names);
    }
  }
  return found;
}

function shortName(className: string, depth: number): string {
  const parts = className.split(".");
  return typeIdentifier(
    parts
      .slice(-1 - depth)
      .join("_")
      .replaceAll("$", "_"),
  );
}

function numbered(short: string, used: Set<string>): string {
  for (let number = 2; ; number++) {
    const name = `${short}_${number}`;
    if (used.has(name)) continue;
    used.add(name);
    return name;
  }
}

import { BUILT_IN } from "./built-in-classes.ts";
import type { FindObjectReader } from "./hessian-reader.ts";
import type { RegisteredClass } from "./java-type.ts";

/**
 * Finds what reads the objects of a class, among those that are given, those that their fields name, and Java's own small
 * classes. A registry is an argument: nothing is known to the whole process.
 *
 * @throws {RangeError} when two classes that are not the same have one name.
 */
export function classRegistry(classes: readonly RegisteredClass[]): FindObjectReader {
  const known = new Map<string, RegisteredClass>();
  const waiting = [...classes];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of next.classNames) {
      const other = known.get(name);
      if (other === next) continue;
      if (other !== undefined) throw new RangeError(`hessian: two classes are registered as ${name}`);
      known.set(name, next);
      waiting.push(...next.parts());
    }
  }
  for (const kind of BUILT_IN.values()) {
    for (const name of kind.classNames) if (!known.has(name)) known.set(name, kind);
  }
  return (definition) => known.get(definition.name)?.objectReader(definition);
}

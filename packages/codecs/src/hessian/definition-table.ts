import type { ClassDefinition } from "./java-object.ts";

/** Up to so many classes, a look at each beats a hash table. */
const FEW = 16;

/**
 * The numbers of the classes that a stream has defined. Two definitions with one name and the same fields are one class, also
 * when they are not one object.
 */
export class DefinitionTable {
  #known: ClassDefinition[] = [];
  #numbers: Map<string, number> | undefined;

  clear(): void {
    this.#known.length = 0;
    this.#numbers = undefined;
  }

  /** The number of the class that was defined last. */
  get last(): number {
    return this.#known.length - 1;
  }

  /** The number of a class; -1 for one that is new, which has the next one from now on. */
  numberOf(definition: ClassDefinition): number {
    const known = this.#known;
    if (known.length > FEW) return this.#numberInMany(definition);
    for (let i = 0; i < known.length; i++) if (known[i] === definition) return i;
    for (let i = 0; i < known.length; i++) if (isSame(known[i] as ClassDefinition, definition)) return i;
    known.push(definition);
    return -1;
  }

  #numberInMany(definition: ClassDefinition): number {
    this.#numbers ??= new Map(this.#known.map((known, number) => [keyOf(known), number]));
    const key = keyOf(definition);
    const number = this.#numbers.get(key);
    if (number !== undefined) return number;
    this.#numbers.set(key, this.#known.push(definition) - 1);
    return -1;
  }
}

function isSame(a: ClassDefinition, b: ClassDefinition): boolean {
  return (
    a.name === b.name && a.fields.length === b.fields.length && a.fields.every((f, i) => f === b.fields[i])
  );
}

function keyOf(definition: ClassDefinition): string {
  return JSON.stringify([definition.name, ...definition.fields]);
}

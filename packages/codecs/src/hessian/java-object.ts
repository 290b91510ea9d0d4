/** A class as its definition on the wire tells it. Field names are in the order of the wire; a field that a subclass hides comes twice. */
export interface ClassDefinition {
  readonly name: string;
  readonly fields: readonly string[];
}

/**
 * An object of a class that the reader was not told about: a class definition, and a value for each field. It keeps what a
 * peer wrote, and never makes a property of a name from the wire.
 *
 * ```ts
 * import { JavaObject } from "@dualmesh/codecs/hessian";
 *
 * const address = JavaObject.of("com.example.Address", [["city", "Hangzhou"], ["zip", 310000]]);
 * console.log(address.class, address.get("zip")); // => com.example.Address 310000
 * ```
 */
export class JavaObject {
  readonly definition: ClassDefinition;
  /** In the order of the definition's fields. */
  readonly values: unknown[];

  constructor(definition: ClassDefinition, values: unknown[]) {
    this.definition = definition;
    this.values = values;
  }

  static of(className: string, fields: readonly (readonly [name: string, value: unknown])[]): JavaObject {
    const definition = { name: className, fields: fields.map(([name]) => name) };
    return new JavaObject(
      definition,
      fields.map(([, value]) => value),
    );
  }

  /** The name of its class. */
  get class(): string {
    return this.definition.name;
  }

  /** The value of a field; of one that comes twice, the last, as Java has it. `undefined` if there is none. */
  get(name: string): unknown {
    const at = this.definition.fields.lastIndexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** Fields and values in the order of the wire. */
  *entries(): IterableIterator<readonly [name: string, value: unknown]> {
    const { fields } = this.definition;
    for (let i = 0; i < fields.length; i++) yield [fields[i] as string, this.values[i]];
  }
}

import type { HessianReader } from "./hessian-reader.ts";
import { type ClassDefinition, JavaObject } from "./java-object.ts";

/**
 * Reads the fields of one object, whose class the reader has just found. It says what later references to the object mean
 * before it reads the first field, so that an object may hold itself.
 */
export type ObjectReader = (reader: HessianReader) => unknown;

/** For the classes that nobody registered. */
export function unknownObjectReader(definition: ClassDefinition): ObjectReader {
  const count = definition.fields.length;
  return (reader) => {
    const values: unknown[] = [];
    const object = new JavaObject(definition, values);
    reader.refer(object);
    for (let i = 0; i < count; i++) values.push(reader.read());
    return object;
  };
}

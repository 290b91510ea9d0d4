import { EncodeError } from "./encode-error.ts";
import { type JavaType, REFUSED } from "./java-type.ts";

/** The box of a primitive: `Integer` for `int`. May be null. */
export function boxed<T>(type: JavaType<T>): JavaType<T | null> {
  return {
    uses: () => type.uses(),
    name: `${type.name} or null`,
    javaName: BOXES[type.javaName] ?? type.javaName,
    arrayName: BOXES[type.arrayName] ?? type.arrayName,
    absent: null,
    shape: { kind: "boxed", type },
    accept: (value) => (value === null ? null : type.accept(value)),
    write(writer, value) {
      if (value === null || value === undefined) writer.null();
      else type.write(writer, value);
    },
  };
}

/** Arrays of boxes say so: `[java.lang.Integer`. */
const BOXES: Readonly<Record<string, string>> = {
  int: "java.lang.Integer",
  short: "java.lang.Short",
  byte: "java.lang.Byte",
  long: "java.lang.Long",
  double: "java.lang.Double",
  float: "java.lang.Float",
  boolean: "java.lang.Boolean",
  char: "java.lang.Character",
};

/** Takes null out of a type, for a field of which both sides know that it has a value. */
export function required<T>(type: JavaType<T>): JavaType<NonNullable<T>> {
  return {
    name: type.name,
    javaName: type.javaName,
    arrayName: type.arrayName,
    absent: type.absent as NonNullable<T>,
    shape: { kind: "required", type },
    uses: () => type.uses(),
    accept(value) {
      const accepted = type.accept(value);
      return accepted === null || accepted === undefined ? REFUSED : (accepted as NonNullable<T>);
    },
    write(writer, value) {
      if (value === null || value === undefined) throw new EncodeError(`expected ${type.name}, got ${value}`);
      type.write(writer, value);
    },
  };
}

import { describeValue, EncodeError } from "./encode-error.ts";
import type { HessianWriter } from "./hessian-writer.ts";
import { JavaEnumConstant } from "./java-enum-constant.ts";
import type { ClassDefinition } from "./java-object.ts";
import { type JavaType, REFUSED, type RegisteredClass } from "./java-type.ts";
import type { ObjectReader } from "./object-reader.ts";

/**
 * An enum: the names of its constants. A constant that is not among them is refused, so that a switch over the names is
 * whole; list the names of newer peers first, then use them.
 */
export interface JavaEnum<Name extends string> extends JavaType<Name | null>, RegisteredClass {
  readonly className: string;
  readonly constants: readonly Name[];
}

const FIELDS: readonly string[] = Object.freeze(["name"]);

export function javaEnum<const Name extends string>(
  className: string,
  names: readonly Name[],
): JavaEnum<Name> {
  const definition: ClassDefinition = Object.freeze({ name: className, fields: FIELDS });
  // One object for each constant, as in Java: what is the same is written once and referred to.
  const constants = new Map<string, JavaEnumConstant>(
    names.map((name) => [name, new JavaEnumConstant(className, name)]),
  );
  const type: JavaEnum<Name> = {
    name: className,
    javaName: className,
    className,
    classNames: [className],
    constants: names,
    arrayName: className,
    absent: null,
    shape: { kind: "enum", className, constants: names },
    uses: () => [type],
    parts: () => [],
    accept(value) {
      if (value === null) return null;
      const name = value instanceof JavaEnumConstant ? value.name : value;
      return typeof name === "string" && constants.has(name) ? (name as Name) : REFUSED;
    },
    write(writer, value) {
      if (value === null || value === undefined) {
        writer.null();
        return;
      }
      const constant = constants.get(String(value));
      if (constant === undefined) {
        throw new EncodeError(
          `expected one of ${names.join(", ")} (${className}), got ${describeValue(value)}`,
        );
      }
      writeConstant(writer, definition, constant);
    },
    objectReader: (from) => constantReader(from, constants),
  };
  return type;
}

function writeConstant(writer: HessianWriter, definition: ClassDefinition, constant: JavaEnumConstant): void {
  if (writer.refer(constant)) return;
  writer.beginObject(definition);
  writer.string(constant.name);
  writer.leave();
}

function constantReader(
  definition: ClassDefinition,
  constants: ReadonlyMap<string, JavaEnumConstant>,
): ObjectReader {
  const at = definition.fields.indexOf("name");
  return (reader) => {
    const number = reader.referLater();
    let name: unknown;
    for (let i = 0; i < definition.fields.length; i++) {
      const value = reader.read();
      if (i === at) name = value;
    }
    if (typeof name !== "string") return reader.malformed(`a constant of ${definition.name} without a name`);
    return reader.settle(number, constants.get(name) ?? new JavaEnumConstant(definition.name, name));
  };
}

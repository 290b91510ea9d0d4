import type { JavaField, JavaTypeModel, JavaTypeRef } from "../java-type-model.ts";
import { substitute } from "../service-methods.ts";
import type { TypeGraph } from "../type-graph.ts";
import { describeType, javaText } from "./describe-type.ts";
import { breakUp, type Code, fits, flatten, layOut, prefix } from "./layout.ts";
import { commentText, propertyName, quote } from "./quoting.ts";

/** What is known of all types that are written. */
export interface Written {
  readonly graph: TypeGraph;
  /** The classes and enums, and their names in TypeScript. */
  readonly names: ReadonlyMap<string, string>;
  /** Sentences for whoever runs the program. */
  readonly warnings: string[];
}

interface Property {
  /** `id: bigint;` */
  readonly line: string;
  readonly type: string;
  readonly isWrittenFirst: boolean;
  /** `id: java.long` */
  readonly entry: Code;
}

/**
 * ```text
 * export interface Order { … }
 * export const Order: JavaClass<Order> = java.class<Order>("com.example.Order", () => ({ … }));
 * ```
 */
export function writeClass(model: JavaTypeModel, written: Written): string {
  const { graph, names } = written;
  const name = names.get(model.name) as string;
  const ancestors = graph.ancestorsOf(model);
  const inherited = ancestors.map((one) => propertiesOf(one, written));
  const own = propertiesOf(model, written);
  // TypeScript has no two fields of one name and different types: such a class has no parent here.
  const hidden = [...own].find(([field, { type }]) =>
    inherited.some((fields) => (fields.get(field)?.type ?? type) !== type),
  );
  let parent = ancestors[0];
  let properties = own;
  if (parent !== undefined && hidden !== undefined) {
    written.warnings.push(
      `${model.name}: its field ${hidden[0]} hides one of another type in a parent; it has the fields of its parents here, ` +
        "does not extend them, and is not taken where one of them is due",
    );
    properties = new Map([
      ...own,
      ...inherited.flatMap((fields) => [...fields].filter(([one]) => !own.has(one))),
    ]);
    parent = undefined;
  }
  const parentName = parent === undefined ? undefined : names.get(parent.name);
  const lines = [...properties.values()];
  return [
    writeInterface(name, parentName, lines),
    `${writeConstant(name, parentName, model.name, lines)}\n`,
  ].join("\n");
}

function writeInterface(name: string, parentName: string | undefined, lines: readonly Property[]): string {
  // Linters have an interface without members for a mistake.
  if (lines.length === 0) return `export type ${name} = ${parentName ?? "object"};\n`;
  const above = parentName === undefined ? "" : ` extends ${parentName}`;
  return `export interface ${name}${above} {\n${lines.map(({ line }) => `  ${line}\n`).join("")}}\n`;
}

function writeConstant(
  name: string,
  parentName: string | undefined,
  className: string,
  properties: readonly Property[],
): string {
  const ordered = [
    ...properties.filter((one) => one.isWrittenFirst),
    ...properties.filter((one) => !one.isWrittenFirst),
  ];
  const typeArguments = parentName === undefined ? name : `${name}, ${parentName}`;
  const open = `export const ${name}: JavaClass<${name}> = java.class<${typeArguments}>(`;
  const object = (indent: number): string =>
    properties.length === 0
      ? "() => ({})"
      : breakUp(
          "() => ({",
          ordered.map(({ entry }) => entry),
          "})",
          indent,
        );
  const parent = parentName === undefined ? "" : `{ extends: ${parentName} }`;
  if (parent === "" && fits(`${open}${quote(className)}, () => ({`)) {
    return `${open}${quote(className)}, ${object(0)});`;
  }
  const flat = `${open}${quote(className)}, () => ({}), ${parent});`;
  if (properties.length === 0 && fits(flat)) return flat;
  return breakUp(open, [quote(className), object(2), ...(parent === "" ? [] : [parent])], ");", 0);
}

function propertiesOf(model: JavaTypeModel, written: Written): Map<string, Property> {
  const bounds = new Map(model.typeParameters.map(({ name, bound }) => [name, bound]));
  const found = new Map<string, Property>();
  for (const field of model.fields) {
    if (field.name === "__proto__") written.warnings.push(`${model.name}: its field __proto__ is left out`);
    else found.set(field.name, writeProperty({ ...field, type: substitute(field.type, bounds) }, written));
  }
  return found;
}

function writeProperty({ name, type }: JavaField, { names }: Written): Property {
  const described = describeType(type, names);
  const comment = described.isLoose ? ` // ${commentText(javaText(type))}` : "";
  const key = propertyName(name);
  return {
    line: `${layOut(prefix(`${key}: `, described.type), 2)};${comment}`,
    type: flatten(described.type),
    isWrittenFirst: isWrittenFirst(type),
    entry: prefix(`${key}: `, described.code),
  };
}

/**
 * The libraries of Java put primitives, and what is of `java.lang`, in front of the other fields of a class. Readers go by
 * names; in this order the bytes are the same, too.
 */
function isWrittenFirst(type: JavaTypeRef): boolean {
  if (type.kind === "primitive") return true;
  return type.kind === "class" && type.name.startsWith("java.lang.") && type.name !== "java.lang.Object";
}

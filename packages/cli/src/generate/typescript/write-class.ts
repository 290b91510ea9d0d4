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
  const head = `export interface ${name}${above} {`;
  const open = fits(head) ? head : `export interface ${name}\n ${above} {`;
  return `${open}\n${lines.map(({ line }) => `  ${line}\n`).join("")}}\n`;
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
  const left = `export const ${name}: JavaClass<${name}> =`;
  const types = parentName === undefined ? [name] : [name, parentName];
  const head = `java.class<${types.join(", ")}>(`;
  const object = (indent: number): string => {
    if (ordered.length === 0) return "() => ({})";
    const entries = ordered.map(({ entry }) => entry);
    return breakUp("() => ({", entries, "})", indent);
  };
  const parent = parentName === undefined ? [] : [`{ extends: ${parentName} }`];
  const broken = (open: string, indent: number): string =>
    breakUp(open, [quote(className), object(indent + 2), ...parent], ");", indent);
  const callAt = (before: string, indent: number): string => {
    const inOne = `${head}${[quote(className), object(indent), ...parent].join(", ")});`;
    const [firstLine = ""] = `${before}${inOne}`.split("\n");
    const isOneLine = ordered.length === 0 || parent.length === 0;
    return isOneLine && fits(firstLine) ? inOne : broken(head, indent);
  };
  // As Biome does it: whole, with its type arguments on lines of their own, or behind the sign on a line of its own.
  if (fits(`${left} ${head}`)) return `${left} ${callAt(`${left} `, 0)}`;
  if (types.length > 1 && fits(`${left} java.class<`)) {
    const typed = `java.class<\n  ${types.join(",\n  ")}\n>(`;
    const rest = `${quote(className)}, () => ({}), ${parent.join()});`;
    return `${left} ${ordered.length === 0 && fits(`>(${rest}`) ? typed + rest : broken(typed, 0)}`;
  }
  return `${left}\n  ${callAt("  ", 2)}`;
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
  const whole = `  ${key}: ${flatten(described.type)};`;
  // Biome breaks a union before it breaks what is in it.
  const isLongUnion = typeof described.type === "string" && !fits(whole);
  const members = flatten(described.type).replace(/ \| null$/, "");
  return {
    line: isLongUnion
      ? `${key}:\n    | ${members}\n    | null;${comment}`
      : `${layOut(prefix(`${key}: `, described.type), 2)};${comment}`,
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

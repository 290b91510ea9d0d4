import type { JavaTypeModel } from "../java-type-model.ts";
import type { Selection } from "../select-types.ts";
import type { TypeGraph } from "../type-graph.ts";
import { describeType, javaText } from "./describe-type.ts";
import { breakUp, type Code, fits, flatten, layOut } from "./layout.ts";
import { commentText } from "./quoting.ts";
import { typeNames } from "./type-names.ts";
import { type Written, writeClass } from "./write-class.ts";
import { writeEnum } from "./write-enum.ts";
import { SERVICE_TYPES, writeService } from "./write-service.ts";

export interface TypeScriptFile {
  readonly text: string;
  /** What of Java could not be said, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * One module: the classes and enums in the order of their names, but parents in front of their children; `classes`; a note of
 * the exceptions; the services. The same input gives the same bytes, laid out as Biome does it.
 *
 * @param command The command line, for the first line.
 */
export function writeTypeScript(graph: TypeGraph, selection: Selection, command: string): TypeScriptFile {
  const { values, services, exceptions } = selection;
  const all = typeNames([...values, ...services.map(({ model }) => model)].map(({ name }) => name));
  const names = new Map(values.map(({ name }) => [name, all.get(name) as string]));
  const written: Written = { graph, names, warnings: [] };
  const ordered = parentsFirst(values, graph);
  const parts = [
    `// Made by \`${commentText(command).replaceAll("`", "'")}\`.\n${writeImport(selection)}`,
    ...ordered.map((model) =>
      model.kind === "enum" ? writeEnum(model, names.get(model.name) as string) : writeClass(model, written),
    ),
    writeClasses([...names.values()].sort()),
  ];
  if (exceptions.length > 0) parts.push(writeExceptions(exceptions, names));
  if (services.length > 0) parts.push(SERVICE_TYPES);
  for (const service of services)
    parts.push(writeService(service, all.get(service.model.name) as string, names));
  for (const model of values) {
    const { parent } = model;
    if (parent?.kind === "class" && graph.parentOf(model) === undefined) {
      written.warnings.push(`${model.name}: the fields that it has of ${parent.name} are not known`);
    }
  }
  return { text: parts.join("\n"), warnings: written.warnings };
}

function writeImport({ values, services }: Selection): string {
  const isUsed = values.length > 0 || services.some(({ methods }) => methods.length > 0);
  const imported = [
    ...(values.some(({ kind }) => kind === "class") ? ["type JavaClass"] : []),
    ...(values.some(({ kind }) => kind === "enum") ? ["type JavaEnum"] : []),
    ...(services.length > 0 ? ["type JavaType"] : []),
    ...(isUsed ? ["java"] : []),
    "type RegisteredClass",
  ];
  const names: Code = {
    open: "import {",
    pad: true,
    items: imported,
    close: '} from "@dualmesh/codecs/hessian"',
  };
  return `${layOut(names, 0)};\n`;
}

function parentsFirst(values: readonly JavaTypeModel[], graph: TypeGraph): JavaTypeModel[] {
  const done = new Set<JavaTypeModel>();
  for (const model of values) {
    for (const one of [model, ...graph.ancestorsOf(model)].reverse()) done.add(one);
  }
  return [...done];
}

function writeClasses(names: readonly string[]): string {
  const flat = `export const classes: readonly RegisteredClass[] = [${names.join(", ")}];`;
  const code = fits(flat)
    ? flat
    : breakUp("export const classes: readonly RegisteredClass[] = [", names, "];", 0);
  return `/** For \`createHessian({ classes })\`. */\n${code}\n`;
}

function writeExceptions(exceptions: readonly JavaTypeModel[], names: ReadonlyMap<string, string>): string {
  const lines = exceptions.map(({ name, fields, typeParameters }) => {
    const known = new Map(typeParameters.map((one) => [one.name, one.bound]));
    const listed = fields.map(({ name: field, type }) => {
      const described = describeType(type.kind === "variable" ? (known.get(type.name) ?? type) : type, names);
      return `${field}: ${described.isLoose ? javaText(type) : flatten(described.type)}`;
    });
    return `//   ${commentText(`${name} { ${listed.join("; ")} }`.replace("{  }", "{}"))}\n`;
  });
  return `// Exceptions are errors here, of the class JavaError; what their classes declare is in its \`fields\`:\n${lines.join("")}`;
}

/**
 * Prints `src/generated/table.ts`: the field table that the reader and the writer run over.
 *
 * Two halves, because they are wanted in two forms. Names and defaults are object literals: an engine makes
 * an object from a literal in 30 ns and copies a prototype object in 150 (measured with 300 shapes), and
 * every message of a type has the same hidden class. Numbers and kinds are text, parsed when a type is first
 * asked for.
 */
import type { FieldModel, Kind, MessageModel, Schema } from "./schema.ts";

/**
 * One function per type would take 3.5 ms to load, one for all is slow to compile when first called.
 * Sixteen types, neighbours by name, take as long to load as one for all.
 */
const shapesPerFunction = 16;

/** One letter per kind; `src/field-table.ts` has the inverse. */
const letters: Readonly<Record<Kind, string>> = {
  double: "d",
  float: "f",
  int32: "i",
  int64: "I",
  uint32: "u",
  uint64: "U",
  sint32: "s",
  sint64: "S",
  fixed32: "x",
  fixed64: "X",
  sfixed32: "y",
  sfixed64: "Y",
  bool: "b",
  string: "t",
  bytes: "B",
  enum: "e",
  message: "m",
};

export function printTable(schema: Schema): string {
  const messageIndex = new Map(schema.messages.map((message, index) => [message.name, index]));
  const enumIndex = new Map(schema.enums.map((type, index) => [type.name, index]));
  const firstValue = new Map(schema.enums.map((type) => [type.name, type.values[0]![0]]));

  const literals = schema.messages.map(
    (message) => `{${message.fields.map((field) => `${field.name}:${absent(field, firstValue)}`).join(",")}}`,
  );
  const shapes: string[] = [];
  for (let start = 0; start < literals.length; start += shapesPerFunction) {
    const cases = literals
      .slice(start, start + shapesPerFunction)
      .map((literal, at) => `case ${at}:return${literal};`);
    // Arrow functions would take twice as long to load: an engine reads them twice.
    shapes.push(`function(n){switch(n){${cases.join("")}default:throw new RangeError();}},`);
  }

  const messages = grouped(schema.messages, (message) => {
    let previous = 0;
    const fields = message.fields.map((field) => {
      const reference = messageIndex.get(field.type) ?? enumIndex.get(field.type);
      const text = printField(field, message, previous, reference);
      previous = field.number;
      return text;
    });
    return `${message.oneofs.join(",")};${fields.join(",")}`;
  });

  const enums = grouped(schema.enums, (type) => {
    let next = 0;
    return type.values
      .map(([name, number]) => {
        const text = number === next ? name : `${name}=${number}`;
        next = number + 1;
        return text;
      })
      .join(",");
  });

  return `// Made by scripts/generate.ts. The text forms are explained in src/message-type.ts.
import { emptyBytes as B, emptyList as L, emptyMap as M } from "../absent.ts";

const u = undefined;

/** How many types one function of \`shapes\` knows. */
export const shapesPerFunction = ${shapesPerFunction};

/** Makes an empty message, given the type's place among those that the function knows. */
export const shapes: readonly ((place: number) => Record<string, unknown>)[] = [
${shapes.join("\n")}
];

/** Numbers and kinds of the fields, one line per message, in the same order. */
export const messageLines: string = \`${messages}\`;

/** Names and numbers of the values, one line per enum. */
export const enumLines: string = \`${enums}\`;
`;
}

/** Lines \`Name text\`, each group under a line \`>package\`: names of packages are half of all names. */
function grouped<T extends { name: string; package: string }>(
  items: readonly T[],
  print: (item: T) => string,
): string {
  const lines: string[] = [];
  let current = "";
  for (const item of items) {
    if (item.package !== current) {
      current = item.package;
      lines.push(`>${current}`);
    }
    lines.push(`${item.name.slice(current.length + 1)} ${print(item)}`);
  }
  return lines.join("\n");
}

/** What an absent field holds, as source text. */
function absent(field: FieldModel, firstValue: ReadonlyMap<string, string>): string {
  if (field.mapKey !== undefined) return "M";
  if (field.repeated) return "L";
  if (field.presence) return "u";
  if (field.kind === "string") return '""';
  if (field.kind === "bytes") return "B";
  if (field.kind === "bool") return "false";
  if (field.kind === "enum") return JSON.stringify(firstValue.get(field.type));
  return "0";
}

/** \`[number]kind[reference][*|?][|oneof][>key]\`; the number is left out if it follows the previous one. */
function printField(
  field: FieldModel,
  message: MessageModel,
  previous: number,
  reference: number | undefined,
): string {
  const number = field.number === previous + 1 ? "" : String(field.number);
  const type = reference === undefined ? "" : reference.toString(36);
  const label = field.repeated
    ? "*"
    : field.presence && field.kind !== "message" && field.oneof === ""
      ? "?"
      : "";
  const oneof = field.oneof === "" ? "" : `|${message.oneofs.indexOf(field.oneof)}`;
  const key = field.mapKey === undefined ? "" : `>${letters[field.mapKey]}`;
  return `${number}${letters[field.kind]}${type}${label}${oneof}${key}`;
}

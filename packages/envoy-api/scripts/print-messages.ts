/**
 * Prints `src/generated/messages.ts`: what TypeScript knows of every message. Types only, nothing of it runs.
 */
import type { EnumModel, FieldModel, Kind, MessageModel, Schema } from "./schema.ts";

const scalars: Readonly<Partial<Record<Kind, string>>> = {
  int64: "Int64",
  uint64: "Int64",
  sint64: "Int64",
  fixed64: "Int64",
  sfixed64: "Int64",
  bool: "boolean",
  string: "string",
  bytes: "Uint8Array",
};

/** Messages that have a JavaScript form of their own, see `src/well-known.ts`. */
const wellKnown: Readonly<Record<string, string>> = {
  "google.protobuf.DoubleValue": "number",
  "google.protobuf.FloatValue": "number",
  "google.protobuf.Int64Value": "Int64",
  "google.protobuf.UInt64Value": "Int64",
  "google.protobuf.Int32Value": "number",
  "google.protobuf.UInt32Value": "number",
  "google.protobuf.BoolValue": "boolean",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "Uint8Array",
  "google.protobuf.Struct": "JsonObject",
  "google.protobuf.Value": "JsonValue",
  "google.protobuf.ListValue": "readonly JsonValue[]",
};

export function printMessages(schema: Schema): string {
  const ordinary = schema.messages.filter((message) => wellKnown[message.name] === undefined);
  return `// Made by scripts/generate.ts from the .proto files of Envoy and xDS.
import type { Int64 } from "../int64.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";

${schema.enums.map(printEnum).join("\n")}

${ordinary.map(printInterface).join("\n")}

/** From the full name of a message to its JavaScript form. */
export interface MessageTypes {
${schema.messages.map((message) => `  ${JSON.stringify(message.name)}: ${messageForm(message.name)};`).join("\n")}
}

/** From the full name of an enum to its values. */
export interface EnumTypes {
${schema.enums.map((type) => `  ${JSON.stringify(type.name)}: ${identifier(type.name)};`).join("\n")}
}
`;
}

function identifier(name: string): string {
  return name.replaceAll(".", "_");
}

function messageForm(name: string): string {
  return wellKnown[name] ?? identifier(name);
}

function printEnum(type: EnumModel): string {
  const names = type.values.map(([name]) => JSON.stringify(name)).join(" | ");
  return `export type ${identifier(type.name)} = ${names} | number;`;
}

function printInterface(message: MessageModel): string {
  const fields = message.fields.map(
    (field) =>
      `${field.deprecated ? "  /** @deprecated */\n" : ""}  readonly ${field.name}: ${formOf(field)};\n`,
  );
  return `export interface ${identifier(message.name)} {\n${fields.join("")}}`;
}

function formOf(field: FieldModel): string {
  const one =
    field.kind === "message"
      ? messageForm(field.type)
      : field.kind === "enum"
        ? identifier(field.type)
        : (scalars[field.kind] ?? "number");
  if (field.mapKey !== undefined) return `ReadonlyMap<${scalars[field.mapKey] ?? "number"}, ${one}>`;
  if (field.repeated) return one.includes(" ") ? `readonly (${one})[]` : `readonly ${one}[]`;
  return field.presence ? `${one} | undefined` : one;
}

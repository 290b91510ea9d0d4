/**
 * protobufjs as the other opinion: the same .proto files, its reflection, and its messages turned into our
 * form.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import protobuf from "protobufjs";
import { parseProtos } from "../scripts/parse-protos.ts";

const manifest = createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json");

/** All types, parsed now. */
export function loadReference(): protobuf.Root {
  return parseProtos(join(dirname(manifest), "deps"), join(import.meta.dirname, "../proto"));
}

type Fields = Readonly<Record<string, unknown>>;

/** A message as protobufjs reads it, in our form, by rules written down a second time. */
export function ourForm(type: protobuf.Type, message: unknown): unknown {
  const fields = message as Fields;
  const name = type.fullName.slice(".google.protobuf.".length);
  if (type.fullName === `.google.protobuf.${name}`) {
    if (name.endsWith("Value") && type.fields["value"])
      return ourScalar(type.fields["value"], fields["value"]);
    if (name === "ListValue")
      return (fields["values"] as unknown[]).map((value) =>
        ourForm(type.fields["values"]!.resolvedType as protobuf.Type, value),
      );
    if (name === "Struct") return ourStruct(type, fields);
    if (name === "Value") return ourValue(type, fields);
  }
  return Object.fromEntries(type.fieldsArray.map((field) => [field.name, ourField(field, fields)]));
}

function ourStruct(type: protobuf.Type, fields: Fields): unknown {
  const value = type.fields["fields"]!.resolvedType as protobuf.Type;
  return Object.fromEntries(
    Object.entries(fields["fields"] as object).map(([key, entry]) => [key, ourForm(value, entry)]),
  );
}

function ourValue(type: protobuf.Type, fields: Fields): unknown {
  const set = type.fieldsArray.find((field) => Object.hasOwn(fields, field.name));
  if (set === undefined || set.name === "nullValue") return null;
  const value = fields[set.name];
  return set.resolvedType instanceof protobuf.Type ? ourForm(set.resolvedType, value) : value;
}

function ourField(field: protobuf.Field, fields: Fields): unknown {
  field.resolve();
  const value = fields[field.name];
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries((value ?? {}) as object);
    return new Map(entries.map(([key, entry]) => [mapKey(field, key), ourValueOf(field, entry)]));
  }
  if (field.repeated) return ((value ?? []) as unknown[]).map((element) => ourValueOf(field, element));
  const hasPresence = field.resolvedType instanceof protobuf.Type || field.partOf !== null;
  if (hasPresence && (!Object.hasOwn(fields, field.name) || value === null)) return undefined;
  return ourValueOf(field, value);
}

function ourValueOf(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Type) return ourForm(field.resolvedType, value);
  return ourScalar(field, value);
}

function ourScalar(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Enum)
    return field.resolvedType.valuesById[value as number] ?? value;
  if (field.type.endsWith("64")) return number64(value);
  // An absent one is an empty list, a present one a Buffer.
  return field.type === "bytes" ? Uint8Array.from(value as Uint8Array) : value;
}

function number64(value: unknown): number | bigint {
  const exact = BigInt(String(value));
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** protobufjs gives keys as text, and 64-bit ones as eight characters of one byte each. */
function mapKey(field: protobuf.MapField, key: string): unknown {
  if (field.keyType === "string") return key;
  if (!field.keyType.endsWith("64")) return Number(key);
  return number64(protobuf.util.longFromHash(key, field.keyType !== "int64"));
}

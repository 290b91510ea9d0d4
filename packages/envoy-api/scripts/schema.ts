/**
 * What the generated files say, freed from protobufjs: messages, their fields, enums, each under its full
 * name.
 */
import protobuf from "protobufjs";
import { parseProtos } from "./parse-protos.ts";

/** The scalar kinds of proto3, with `message` and `enum`. */
export type Kind =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes"
  | "enum"
  | "message";

export interface FieldModel {
  readonly name: string;
  readonly number: number;
  readonly kind: Kind;
  /** Full name of the message or enum; empty for a scalar. */
  readonly type: string;
  readonly repeated: boolean;
  /** Kind of the key, if this is a map. */
  readonly mapKey: Kind | undefined;
  /** Whether absence differs from the default: messages, members of a oneof, `optional` scalars. */
  readonly presence: boolean;
  /** Name of the oneof it belongs to; empty if none. */
  readonly oneof: string;
  readonly deprecated: boolean;
}

export interface MessageModel {
  readonly name: string;
  /** The part of the name that is the .proto package. */
  readonly package: string;
  /** In the order of their numbers, which is the order in which they are written. */
  readonly fields: readonly FieldModel[];
  readonly oneofs: readonly string[];
}

export interface EnumModel {
  readonly name: string;
  readonly package: string;
  /** Of two names for one number, the first is the one that is shown. */
  readonly values: readonly (readonly [name: string, number: number])[];
}

export interface Schema {
  readonly messages: readonly MessageModel[];
  readonly enums: readonly EnumModel[];
}

/**
 * Whether a message is wanted for its own sake. Others (`google.api.expr…`, `opentelemetry…`) come in when
 * one of these refers to them; what serves only as an option inside .proto files (validation rules,
 * annotations) stays out.
 */
function isWanted(name: string): boolean {
  if (/^(xds|udpa|envoy)\.annotations\./.test(name)) return false;
  if (/^envoy\.(.+\.)?v3\.[A-Z]/.test(name) || /^(xds|udpa|dualmesh)\./.test(name)) return true;
  return /^google\.(rpc\.Status|protobuf\.(Any|Empty|Duration|Timestamp|FieldMask|Struct|\w+Value))$/.test(
    name,
  );
}

/** @param depsFolder the `deps/` of @grpc/grpc-js-xds. @param ownFolder this package's `proto/`. */
export function loadSchema(depsFolder: string, ownFolder: string): Schema {
  const root = parseProtos(depsFolder, ownFolder);
  const messages = new Map<string, MessageModel>();
  const enums = new Map<string, EnumModel>();
  const waiting: protobuf.ReflectionObject[] = [];

  const collect = (space: protobuf.NamespaceBase): void => {
    for (const child of space.nestedArray) {
      if (child instanceof protobuf.Type && isWanted(nameOf(child))) waiting.push(child);
      if (child instanceof protobuf.Namespace) collect(child);
    }
  };
  collect(root);

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = nameOf(next);
    if (messages.has(name) || enums.has(name)) continue;
    if (next instanceof protobuf.Enum) enums.set(name, enumModel(next));
    if (next instanceof protobuf.Type) {
      messages.set(name, messageModel(next));
      for (const field of next.fieldsArray)
        if (field.resolve().resolvedType) waiting.push(field.resolvedType!);
    }
  }
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  return { messages: [...messages.values()].sort(byName), enums: [...enums.values()].sort(byName) };
}

function nameOf(object: protobuf.ReflectionObject): string {
  return object.fullName.slice(1);
}

function packageOf(object: protobuf.ReflectionObject): string {
  let space = object.parent;
  while (space instanceof protobuf.Type) space = space.parent;
  return space === null ? "" : nameOf(space);
}

function messageModel(type: protobuf.Type): MessageModel {
  const fields = type.fieldsArray.map(fieldModel).sort((a, b) => a.number - b.number);
  const oneofs = [...new Set(fields.map((field) => field.oneof))].filter((name) => name !== "");
  return { name: nameOf(type), package: packageOf(type), fields, oneofs };
}

function fieldModel(field: protobuf.Field): FieldModel {
  field.resolve();
  const options = (field.options ?? {}) as Readonly<Record<string, unknown>>;
  if (options["json_name"] !== undefined) throw new Error(`${field.fullName}: json_name is not supported`);
  if (options["packed"] === false) throw new Error(`${field.fullName}: [packed=false] is not supported`);
  if (field.required) throw new Error(`${field.fullName}: required (proto2) is not supported`);
  const type = field.resolvedType;
  const kind = type === null ? (field.type as Kind) : type instanceof protobuf.Enum ? "enum" : "message";
  const optional = options["proto3_optional"] === true;
  const single = !field.repeated && !field.map;
  return {
    name: protoName(field),
    number: field.id,
    kind,
    type: type === null ? "" : nameOf(type),
    repeated: field.repeated,
    mapKey: field instanceof protobuf.MapField ? (field.keyType as Kind) : undefined,
    presence: single && (kind === "message" || optional || field.partOf !== null),
    // `optional` is written as a oneof of one member, which nobody named.
    oneof: optional ? "" : (field.partOf?.name ?? ""),
    deprecated: options["deprecated"] === true,
  };
}

/** protobufjs carries `google/protobuf/struct.proto` itself, with the names in camelCase. */
function protoName(field: protobuf.Field): string {
  if (!field.fullName.startsWith(".google.protobuf.")) return field.name;
  return field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function enumModel(type: protobuf.Enum): EnumModel {
  const values = Object.entries(type.values);
  if (values[0]?.[1] !== 0) throw new Error(`${type.fullName}: the first value of a proto3 enum must be 0`);
  return { name: nameOf(type), package: packageOf(type), values };
}

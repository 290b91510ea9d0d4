import {
  fromJson,
  listMessageNames,
  type MessageName,
  type MessageTypes,
  typeNameOf,
  unpackAny,
} from "@dualmesh/envoy-api";

type Any = MessageTypes["google.protobuf.Any"];

const TYPED_STRUCT = new Set(["xds.type.v3.TypedStruct", "udpa.type.v1.TypedStruct"]);

/** The configuration of an extension: its type, and the decoded message or plain value. */
export interface TypedConfig {
  readonly type: string;
  readonly value: unknown;
}

/**
 * Opens a `typed_config`. A `TypedStruct` may stand for any type. Of one that has no schema here its value is plain JSON.
 *
 * @throws {Error} for a type that is neither known nor wrapped so.
 */
export function readTypedConfig(any: Any): TypedConfig {
  const type = typeNameOf(any);
  const { message } = unpackAny(any);
  if (!TYPED_STRUCT.has(type)) return { type, value: message };
  const struct = message as MessageTypes["xds.type.v3.TypedStruct"];
  const name = struct.type_url.slice(struct.type_url.lastIndexOf("/") + 1);
  const value = struct.value ?? {};
  return { type: name, value: isMessageName(name) ? fromJson(name, value) : value };
}

function isMessageName(name: string): name is MessageName {
  return (listMessageNames() as readonly string[]).includes(name);
}

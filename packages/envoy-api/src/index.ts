/** Envoy's and xDS's messages: read, written, and shown as proto3 JSON. YAML is in `@dualmesh/envoy-api/yaml`. */

export {
  type Any,
  isMessageName,
  packAny,
  type TypedMessage,
  typeNameOf,
  unpackAny,
  unpackAnyAs,
} from "./any.ts";
export { create } from "./create.ts";
export { type DecodeBudget, decode } from "./decode.ts";
export {
  type Duration,
  durationFromMs,
  durationMs,
  type Timestamp,
  timestampFromMs,
  timestampMs,
} from "./duration.ts";
export { encode } from "./encode.ts";
export { fromJson, parseJsonText } from "./from-json.ts";
export type { EnumTypes, MessageTypes } from "./generated/messages.ts";
export type { Int64 } from "./int64.ts";
export type { JsonObject, JsonValue } from "./json-value.ts";
export type { Enum, Message, MessageInit, MessageName } from "./message-init.ts";
// For tools that look at the types themselves.
export { listMessageNames } from "./message-type.ts";
export {
  DocumentError,
  formatProblem,
  type Problem,
  ProtoError,
  type ProtoErrorCode,
} from "./proto-error.ts";
export { type ToJsonOptions, toJson } from "./to-json.ts";
export { TYPE_URL, typeUrl } from "./type-url.ts";

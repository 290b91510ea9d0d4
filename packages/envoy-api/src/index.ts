/**
 * Envoy's and xDS's messages: read, written, and shown as proto3 JSON. YAML is in `@dualmesh/envoy-api/yaml`.
 */

// Messages and their bytes.

export { create } from "./create.ts";
export { type DecodeBudget, decode } from "./decode.ts";
export { encode } from "./encode.ts";
export type { Enum, Message, MessageInit, MessageName } from "./message-init.ts";

// Messages of any type, and what discovery calls them.

export {
  type Any,
  isMessageName,
  isOfType,
  packAny,
  type TypedMessage,
  typeNameOf,
  unpackAny,
  unpackAnyAs,
} from "./any.ts";
export { TYPE_URL, typeUrl } from "./type-url.ts";

// Values that occur everywhere.

export {
  type Duration,
  durationFromMs,
  durationMs,
  type Timestamp,
  timestampFromMs,
  timestampMs,
} from "./duration.ts";
export type { Int64 } from "./int64.ts";
export type { JsonObject, JsonValue } from "./json-value.ts";

// Messages as JSON.

export { fromJson, parseJsonText } from "./from-json.ts";
export { parseJsonResources, type Resource } from "./resources.ts";
export { type ToJsonOptions, toJson } from "./to-json.ts";

// What is wrong with them.

export {
  DocumentError,
  formatProblem,
  type Problem,
  ProtoError,
  type ProtoErrorCode,
} from "./proto-error.ts";

// For readers of other text formats, and for tools that look at the types themselves.

export type { EnumTypes, MessageTypes } from "./generated/messages.ts";
export { readJson } from "./json-text.ts";
export { listMessageNames } from "./message-type.ts";
export { resourcesOf } from "./resources.ts";
export {
  type DocumentPath,
  formatPath,
  type Part,
  type Position,
  type SourceDocument,
  type TextOptions,
} from "./source-document.ts";

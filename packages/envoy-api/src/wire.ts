/**
 * Messages and their bytes alone: `@dualmesh/envoy-api/wire`. What a client of discovery needs; loading it takes half of
 * what loading JSON with it takes.
 */
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
export { type DecodeBudget, decode } from "./decode.ts";
export { encode } from "./encode.ts";
export type { JsonObject, JsonValue } from "./json-value.ts";
export type { Enum, Message, MessageInit, MessageName } from "./message-init.ts";
export { TYPE_URL, typeUrl } from "./type-url.ts";

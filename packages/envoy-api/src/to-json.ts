import { type Any, isMessageName, typeNameOf } from "./any.ts";
import { show } from "./check-scalar.ts";
import { decode } from "./decode.ts";
import type { Field } from "./field.ts";
import { hasOwnJson } from "./json-reader.ts";
import { shortestFloat } from "./json-scalar.ts";
import { printDuration, printFieldMask, printTimestamp } from "./json-time.ts";
import { type JsonObject, type JsonValue, setOwn } from "./json-value.ts";
import type { Message, MessageInit, MessageName } from "./message-init.ts";
import { type MessageType, requireMessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";

/** How a message is shown. */
export interface ToJsonOptions {
  /** `proto`: as in the .proto file and in Envoy's own dumps; `json`: lowerCamelCase. Default `proto`. */
  readonly names?: "proto" | "json";
  /** Whether fields that hold their default are shown. Default false. */
  readonly defaults?: boolean;
}

/** Messages inside each other that are shown; those in an `Any` count too. */
const maxDepth = 100;

/**
 * Shows a message, whole or partial, as proto3 JSON: plain values for `JSON.stringify`. 64-bit integers
 * become text.
 *
 * An `Any` is shown as the message inside. Where its type is not known or its bytes are broken, a dump is
 * better than none: it is shown as `{"@type": …, "value": base64}`.
 * @throws ProtoError for what JSON cannot say: durations and timestamps out of range, field masks with odd
 * names.
 */
export function toJson<N extends MessageName>(
  name: N,
  message: MessageInit<Message<N>>,
  options: ToJsonOptions = {},
): JsonValue {
  return new JsonWriter(options).message(requireMessageType(name), message, 0);
}

class JsonWriter {
  readonly #camel: boolean;
  readonly #defaults: boolean;

  constructor({ names = "proto", defaults = false }: ToJsonOptions) {
    this.#camel = names === "json";
    this.#defaults = defaults;
  }

  message(type: MessageType, value: unknown, depth: number): JsonValue {
    if (depth >= maxDepth) throw new ProtoError(`${type.name}: nested more than ${maxDepth} deep`);
    if (type.form === "wrapper") return this.#single(type.fields[0]!, value, depth);
    // Struct, Value and ListValue are JSON already.
    if (type.form !== "plain") return value as JsonValue;
    switch (type.name) {
      case "google.protobuf.Duration":
        return printDuration({ seconds: 0, nanos: 0, ...(value as object) });
      case "google.protobuf.Timestamp":
        return printTimestamp({ seconds: 0, nanos: 0, ...(value as object) });
      case "google.protobuf.FieldMask":
        return printFieldMask({ paths: [], ...(value as object) });
      case "google.protobuf.Any":
        return this.#any(value as Partial<Any>, depth);
      default:
        return this.#fields(type, value, {}, depth);
    }
  }

  #fields(type: MessageType, value: unknown, into: Record<string, JsonValue>, depth: number): JsonObject {
    if (typeof value !== "object" || value === null)
      throw new ProtoError(`${show(value)} is not a ${type.name}`);
    const message = value as Readonly<Record<string, unknown>>;
    for (const field of type.fields) {
      const held = message[field.name] ?? field.absent;
      // A `Value` may hold null, which `??` passes over.
      const given = message[field.name] === null ? null : held;
      if (given === undefined || (!this.#defaults && isDefault(field, given))) continue;
      into[this.#camel ? field.jsonName : field.name] = this.#field(field, given, depth);
    }
    return into;
  }

  #field(field: Field, value: unknown, depth: number): JsonValue {
    if (field.mapKey !== undefined) {
      const object: Record<string, JsonValue> = {};
      const entries =
        value instanceof Map ? (value as ReadonlyMap<unknown, unknown>) : Object.entries(value as object);
      for (const [key, entry] of entries) setOwn(object, String(key), this.#single(field, entry, depth));
      return object;
    }
    if (field.repeated)
      return (value as readonly unknown[]).map((element) => this.#single(field, element, depth));
    return this.#single(field, value, depth);
  }

  #single(field: Field, value: unknown, depth: number): JsonValue {
    if (field.kind === "message") return this.message(field.message, value, depth + 1);
    if (field.kind === "enum") return typeof value === "number" ? field.enum.show(value) : (value as string);
    if (value instanceof Uint8Array) return base64(value);
    // Text for what JSON numbers cannot be trusted with.
    if (field.kind.endsWith("64")) return String(value);
    if (typeof value !== "number") return value as JsonValue;
    if (!Number.isFinite(value)) return String(value);
    return field.kind === "float" ? shortestFloat(value) : value;
  }

  #any(partial: Partial<Any>, depth: number): JsonValue {
    const any: Any = { type_url: "", value: new Uint8Array(0), ...partial };
    if (any.type_url === "" && any.value.length === 0) return {};
    const name = typeNameOf(any);
    const opaque = { "@type": any.type_url, value: base64(any.value) };
    if (!isMessageName(name) || !any.type_url.includes("/")) return opaque;
    const type = requireMessageType(name);
    try {
      const message = decode(name, any.value);
      if (hasOwnJson(type)) return { "@type": any.type_url, value: this.message(type, message, depth + 1) };
      return this.#fields(type, message, { "@type": any.type_url }, depth + 1);
    } catch (error) {
      if (error instanceof ProtoError) return opaque;
      throw error;
    }
  }
}

/** Whether an absent field would hold the same. What has presence is never its default. */
function isDefault(field: Field, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 && field.repeated;
  if (field.absent === undefined) return false;
  if (field.mapKey !== undefined)
    return (value instanceof Map ? value.size : Object.keys(value as object).length) === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (field.kind === "enum") return value === field.absent || value === 0;
  return Object.is(value, field.absent) || value === 0n;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

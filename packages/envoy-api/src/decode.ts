import { fillBox, unbox } from "./boxed-form.ts";
import type { Field } from "./field.ts";
import { FieldPath } from "./field-path.ts";
import { signedInt64, unsignedInt64 } from "./int64.ts";
import { type Kind, LENGTH, wireTypeOf } from "./kind.ts";
import type { Message, MessageName } from "./message-init.ts";
import { type MessageType, requireMessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import { WireReader } from "./wire-reader.ts";
import { zeroOf } from "./zero.ts";

/** How much a message may cost to read. */
export interface DecodeBudget {
  /** Length of the message. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Messages inside messages, counting the outermost. From 1; default 100, as in Google's implementations. */
  readonly maxDepth?: number;
  /**
   * Messages and map entries in all. An empty message takes two bytes on the wire and some hundred in memory, so bytes
   * alone bound nothing. Default 4,000,000.
   */
  readonly maxNodes?: number;
}

/**
 * Reads a message from protobuf's wire format.
 *
 * Fields that the type does not have are passed over. `bytes` fields (also those of `Any`) are views of `bytes`, not
 * copies.
 * @throws ProtoError if the bytes are not such a message, or cost more than the budget; it names field and place.
 */
export function decode<N extends MessageName>(
  name: N,
  bytes: Uint8Array,
  budget: DecodeBudget = {},
): Message<N> {
  const type = requireMessageType(name);
  const { maxBytes = 67_108_864, maxDepth = 100, maxNodes = 4_000_000 } = budget;
  if (bytes.length > maxBytes) {
    throw new ProtoError(
      `${name}: ${bytes.length} bytes are over the limit of ${maxBytes} bytes`,
      "",
      "RESOURCE_EXHAUSTED",
    );
  }
  const reader = new WireReader(bytes);
  const path = new FieldPath();
  try {
    return new MessageReader(reader, path, maxDepth, maxNodes).outermost(type, bytes.length) as Message<N>;
  } catch (error) {
    if (!(error instanceof ProtoError)) throw error;
    const where = path.toString();
    const subject = where === "" ? name : `${name}: ${where}`;
    throw new ProtoError(`${subject}: ${error.message} (at byte ${reader.position})`, where, error.code);
  }
}

/** Reads one message and everything inside it. */
class MessageReader {
  readonly #reader: WireReader;
  readonly #path: FieldPath;
  readonly #maxDepth: number;
  readonly #maxNodes: number;
  #nodes = 0;

  constructor(reader: WireReader, path: FieldPath, maxDepth: number, maxNodes: number) {
    this.#reader = reader;
    this.#path = path;
    this.#maxDepth = maxDepth;
    this.#maxNodes = maxNodes;
  }

  outermost(type: MessageType, end: number): unknown {
    return this.#message(type, undefined, end, 0);
  }

  /** The message up to `end`, merged into `existing` if that is given. */
  #message(type: MessageType, existing: unknown, end: number, depth: number): unknown {
    this.#count();
    if (depth >= this.#maxDepth) {
      throw new ProtoError(`messages are nested more than ${this.#maxDepth} deep`, "", "RESOURCE_EXHAUSTED");
    }
    if (type.form === "plain") {
      const message = (existing as Record<string, unknown> | undefined) ?? type.create();
      this.#fields(type, message, end, depth);
      return message;
    }
    const box = type.create();
    if (existing !== undefined) fillBox(type.form, box, existing);
    this.#fields(type, box, end, depth);
    return unbox(type.form, box);
  }

  #fields(type: MessageType, message: Record<string, unknown>, end: number, depth: number): void {
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.tag();
      const field = type.field(tag >>> 3);
      if (field === undefined) {
        reader.skip(tag, end, this.#maxDepth - depth);
      } else if (field.mapKey !== undefined && (tag & 7) === LENGTH) {
        this.#entry(field, field.mapKey, message, end, depth);
      } else if ((tag & 7) === field.wireType) {
        if (field.repeated) this.#element(field, message, end, depth);
        else this.#single(field, message, end, depth);
      } else if (field.repeated && (tag & 7) === LENGTH) {
        this.#packed(field, message, end, depth);
      } else {
        // A field that has changed its type: not ours, as an unknown number would be.
        reader.skip(tag, end, this.#maxDepth - depth);
      }
    }
    if (reader.position !== end) throw new ProtoError("a value goes on past the end of its message");
  }

  #single(field: Field, message: Record<string, unknown>, end: number, depth: number): void {
    const name = field.name;
    this.#path.set(depth, name, undefined);
    // The last one wins, but parts of one message are merged.
    const existing = field.kind === "message" ? message[name] : undefined;
    const value = this.#value(field, existing, end, depth);
    const members = field.members;
    for (let at = 0; at < members.length; at++) message[members[at]!] = undefined;
    message[name] = value;
  }

  #element(field: Field, message: Record<string, unknown>, end: number, depth: number): void {
    const list = ownList(field, message);
    this.#path.set(depth, field.name, list.length);
    list.push(this.#value(field, undefined, end, depth));
  }

  #packed(field: Field, message: Record<string, unknown>, end: number, depth: number): void {
    const list = ownList(field, message);
    this.#path.set(depth, field.name, list.length);
    const stop = this.#reader.length(end);
    while (this.#reader.position < stop) list.push(this.#value(field, undefined, stop, depth));
    if (this.#reader.position !== stop)
      throw new ProtoError("a packed value goes on past the end of its list");
  }

  /** A map is a list of messages of two fields: 1 the key, 2 the value. Of two equal keys the last wins. */
  #entry(field: Field, keyKind: Kind, message: Record<string, unknown>, end: number, depth: number): void {
    const reader = this.#reader;
    const stop = reader.length(end);
    this.#count();
    this.#path.set(depth, field.name, undefined);
    let key: unknown = zeroOf(keyKind);
    let value: unknown;
    while (reader.position < stop) {
      const tag = reader.tag();
      if (tag === (8 | wireTypeOf(keyKind))) {
        key = this.#scalar(keyKind, stop);
        this.#path.set(depth, field.name, key as string);
      } else if (tag === (16 | field.wireType)) value = this.#value(field, value, stop, depth);
      else reader.skip(tag, stop, this.#maxDepth - depth);
    }
    if (reader.position !== stop) throw new ProtoError("a value goes on past the end of its map entry");
    let map = message[field.name] as Map<unknown, unknown>;
    if (map === field.absent) {
      map = new Map();
      message[field.name] = map;
    }
    map.set(key, value === undefined ? this.#missingValue(field, depth) : value);
  }

  #missingValue(field: Field, depth: number): unknown {
    if (field.kind === "enum") return field.enum.show(0);
    // An empty message reads as all defaults.
    return field.kind === "message"
      ? this.#message(field.message, undefined, this.#reader.position, depth + 1)
      : zeroOf(field.kind);
  }

  #value(field: Field, existing: unknown, end: number, depth: number): unknown {
    if (field.kind === "message") {
      const stop = this.#reader.length(end);
      return this.#message(field.message, existing, stop, depth + 1);
    }
    if (field.kind === "enum") return field.enum.show(this.#reader.varint32() | 0);
    return this.#scalar(field.kind, end);
  }

  #scalar(kind: Kind, end: number): unknown {
    const reader = this.#reader;
    switch (kind) {
      case "string":
        return reader.string(reader.length(end));
      case "uint32":
        return reader.varint32();
      case "bool":
        reader.varint();
        return (reader.low | reader.high) !== 0;
      case "bytes":
        return reader.bytes(reader.length(end));
      case "int32":
        return reader.varint32() | 0;
      case "sint32": {
        const bits = reader.varint32();
        return (bits >>> 1) ^ -(bits & 1);
      }
      case "int64":
        reader.varint();
        return signedInt64(reader.low, reader.high);
      case "uint64":
        reader.varint();
        return unsignedInt64(reader.low, reader.high);
      case "sint64": {
        reader.varint();
        const sign = -(reader.low & 1);
        const low = ((reader.low >>> 1) | (reader.high << 31)) ^ sign;
        return signedInt64(low >>> 0, ((reader.high >>> 1) ^ sign) >>> 0);
      }
      case "fixed32":
        return reader.fixed32();
      case "sfixed32":
        return reader.fixed32() | 0;
      case "fixed64":
        reader.fixed64();
        return unsignedInt64(reader.low, reader.high);
      case "sfixed64":
        reader.fixed64();
        return signedInt64(reader.low, reader.high);
      case "float":
        return reader.float();
      case "double":
        return reader.double();
      case "enum":
      case "message":
        throw new TypeError(`${kind} is not a scalar`);
    }
  }

  #count(): void {
    if (++this.#nodes > this.#maxNodes) {
      throw new ProtoError(`more than ${this.#maxNodes} messages and map entries`, "", "RESOURCE_EXHAUSTED");
    }
  }
}

/** The list to add to; a field that is still absent holds the shared one. */
function ownList(field: Field, message: Record<string, unknown>): unknown[] {
  const list = message[field.name] as unknown[];
  if (list !== field.absent) return list;
  const own: unknown[] = [];
  message[field.name] = own;
  return own;
}

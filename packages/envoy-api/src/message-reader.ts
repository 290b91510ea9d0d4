import { fillBox, unbox } from "./boxed-form.ts";
import type { Field } from "./field.ts";
import type { FieldPath } from "./field-path.ts";
import { signedInt64, unsignedInt64 } from "./int64.ts";
import { type Kind, LENGTH, wireTypeOf } from "./kind.ts";
import type { MessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import type { WireReader } from "./wire-reader.ts";
import { zeroOf } from "./zero.ts";

/** Every field may be set already. */
const allSeen = -1;

/** Reads one message and everything inside it. */
export class MessageReader {
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

  /** The message up to `end`, which has no other around it. */
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
      if (existing === undefined) return this.#fields(type, type.create(), end, depth, 0);
      return this.#fields(type, existing as Record<string, unknown>, end, depth, allSeen);
    }
    const box = type.create();
    if (existing !== undefined) fillBox(type.form, box, existing);
    return unbox(type.form, this.#fields(type, box, end, depth, existing === undefined ? 0 : allSeen));
  }

  /**
   * @param seen bits of the fields that may be set already. A field that comes for the first time, as nearly
   * all do, need not look at what the message holds: such a look is the dearest thing here.
   */
  #fields(
    type: MessageType,
    message: Record<string, unknown>,
    end: number,
    depth: number,
    seen: number,
  ): Record<string, unknown> {
    const reader = this.#reader;
    let bits = seen;
    while (reader.position < end) {
      this.#path.leave(depth);
      const tag = reader.tag();
      const field = type.field(tag >>> 3);
      if (field === undefined) {
        reader.skip(tag, end, this.#maxDepth - depth);
        continue;
      }
      const wireType = tag & 7;
      if (wireType !== field.wireType && !(field.repeated && wireType === LENGTH)) {
        // A field that has changed its type: not ours, as an unknown number would be.
        reader.skip(tag, end, this.#maxDepth - depth);
        continue;
      }
      if (field.mapKey !== undefined) this.#entry(field, field.mapKey, message, end, depth);
      else if (field.repeated) this.#element(field, message, end, depth, (bits & field.bit) !== 0, wireType);
      else this.#single(field, message, end, depth, bits);
      bits |= field.bit;
    }
    if (reader.position !== end) throw new ProtoError("a value goes on past the end of its message");
    return message;
  }

  #single(field: Field, message: Record<string, unknown>, end: number, depth: number, seen: number): void {
    const name = field.name;
    this.#path.set(depth, name, undefined);
    // The last one wins, but parts of one message are merged.
    const mayExist = (seen & field.bit) !== 0 && field.kind === "message";
    const value = this.#value(field, mayExist ? message[name] : undefined, end, depth);
    if ((seen & field.memberBits) !== 0) {
      for (const member of field.members) message[member] = undefined;
    }
    message[name] = value;
  }

  #element(
    field: Field,
    message: Record<string, unknown>,
    end: number,
    depth: number,
    seen: boolean,
    wireType: number,
  ): void {
    let list = seen ? (message[field.name] as unknown[]) : field.absent;
    if (list === field.absent) {
      list = [];
      message[field.name] = list;
    }
    this.#elements(field, list as unknown[], end, depth, wireType);
  }

  #elements(field: Field, list: unknown[], end: number, depth: number, wireType: number): void {
    this.#path.set(depth, field.name, list.length);
    if (wireType === field.wireType) {
      list.push(this.#value(field, undefined, end, depth));
      return;
    }
    // Packed: one length, then value after value. Every reader must accept both.
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
      } else if (tag === (16 | field.valueWireType)) value = this.#value(field, value, stop, depth);
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

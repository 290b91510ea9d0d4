import { fillBox } from "./boxed-form.ts";
import { checkScalar, enumNumber, isZero, show } from "./check-scalar.ts";
import type { Field } from "./field.ts";
import type { FieldPath } from "./field-path.ts";
import { highHalf, type Int64, lowHalf } from "./int64.ts";
import { type Kind, LENGTH, wireTypeOf } from "./kind.ts";
import { mapEntries } from "./map-entries.ts";
import type { MessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import type { WireWriter } from "./wire-writer.ts";

/** Messages inside messages that are written at most; a cycle of objects ends here. */
const maxDepth = 100;

/** Writes messages back to front, as `WireWriter` wants it. */
export class MessageWriter {
  readonly #writer: WireWriter;
  readonly #path: FieldPath;

  constructor(writer: WireWriter, path: FieldPath) {
    this.#writer = writer;
    this.#path = path;
  }

  /** The fields of a message, without tag and length. */
  message(type: MessageType, value: unknown, depth: number): void {
    if (depth >= maxDepth)
      throw new ProtoError(`messages are nested more than ${maxDepth} deep`, "", "RESOURCE_EXHAUSTED");
    let message = value as Record<string, unknown>;
    if (type.form !== "plain") {
      message = type.create();
      fillBox(type.form, message, value);
    } else {
      checkMessage(type, value);
    }
    for (let at = type.fields.length - 1; at >= 0; at--) {
      const field = type.fields[at]!;
      const given = message[field.name];
      if (given !== undefined) this.#field(field, given, message, depth);
    }
  }

  #field(field: Field, value: unknown, message: Record<string, unknown>, depth: number): void {
    this.#path.set(depth, field.name, undefined);
    if (field.mapKey !== undefined) {
      this.#map(field, field.mapKey, value, depth);
    } else if (field.repeated) {
      this.#list(field, value, depth);
    } else {
      if (field.oneof !== "") checkAlone(field, message);
      this.#one(field, value, field.absent !== undefined, depth);
    }
  }

  #list(field: Field, value: unknown, depth: number): void {
    if (!Array.isArray(value)) throw new ProtoError(`${show(value)} is not a list`);
    const before = this.#writer.length;
    const packed = field.wireType !== LENGTH;
    for (let at = value.length - 1; at >= 0; at--) {
      this.#path.set(depth, field.name, at);
      if (packed) this.#bare(field, value[at]);
      else this.#one(field, value[at], false, depth);
    }
    if (packed && value.length > 0) this.#close(field.number, before);
  }

  #map(field: Field, keyKind: Kind, value: unknown, depth: number): void {
    const entries = mapEntries(keyKind, value);
    for (let at = entries.length - 1; at >= 0; at--) {
      const [key, entry] = entries[at]!;
      this.#path.set(depth, field.name, key);
      const before = this.#writer.length;
      if (field.kind === "message") {
        this.message(field.message, entry, depth + 1);
        this.#close(2, before);
      } else {
        this.#bare(field, entry);
        this.#writer.varint32((2 << 3) | field.valueWireType);
      }
      this.#scalar(keyKind, key);
      this.#writer.varint32((1 << 3) | wireTypeOf(keyKind));
      this.#close(field.number, before);
    }
  }

  /** One value with its tag. */
  #one(field: Field, value: unknown, skipZero: boolean, depth: number): void {
    if (field.kind === "message") {
      const before = this.#writer.length;
      this.message(field.message, value, depth + 1);
      this.#close(field.number, before);
      return;
    }
    if (this.#isSkipped(field, value, skipZero)) return;
    this.#bare(field, value);
    this.#writer.varint32(((field.number << 3) | field.wireType) >>> 0);
  }

  /** Tag and length in front of what was written since the writer's length was `before`. */
  #close(number: number, before: number): void {
    this.#writer.varint32(this.#writer.length - before);
    this.#writer.varint32(((number << 3) | LENGTH) >>> 0);
  }

  #isSkipped(field: Field, value: unknown, skipZero: boolean): boolean {
    if (!skipZero) return false;
    if (field.kind === "enum") return enumNumber(field, value) === 0;
    checkScalar(field.kind, value);
    return isZero(field.kind, value);
  }

  /** A scalar or enum without its tag. */
  #bare(field: Field, value: unknown): void {
    if (field.kind === "enum") {
      const number = enumNumber(field, value);
      this.#writer.varint64(number >>> 0, number < 0 ? 0xffff_ffff : 0);
    } else {
      checkScalar(field.kind, value);
      this.#scalar(field.kind, value);
    }
  }

  #scalar(kind: Kind, value: unknown): void {
    const writer = this.#writer;
    switch (kind) {
      case "string":
      case "bytes": {
        const before = writer.length;
        if (typeof value === "string") writer.string(value);
        else writer.bytes(value as Uint8Array);
        writer.varint32(writer.length - before);
        return;
      }
      case "bool":
        writer.varint32(value === true ? 1 : 0);
        return;
      case "uint32":
        writer.varint32(value as number);
        return;
      case "int32": // negative ones are sign-extended to ten bytes
      case "int64":
      case "uint64":
        writer.varint64(lowHalf(value as Int64), highHalf(value as Int64));
        return;
      case "sint32":
        writer.varint32((((value as number) << 1) ^ ((value as number) >> 31)) >>> 0);
        return;
      case "sint64": {
        const low = lowHalf(value as Int64);
        const high = highHalf(value as Int64);
        const sign = high >> 31;
        writer.varint64(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
        return;
      }
      case "fixed32":
      case "sfixed32":
        writer.fixed32((value as number) >>> 0);
        return;
      case "fixed64":
      case "sfixed64":
        writer.fixed64(lowHalf(value as Int64), highHalf(value as Int64));
        return;
      case "float":
        writer.float(value as number);
        return;
      case "double":
        writer.double(value as number);
        return;
      case "enum":
      case "message":
        throw new TypeError(`${kind} is not a scalar`);
    }
  }
}

/** An object, all of whose properties the type has: a misspelled one must not be dropped silently. */
function checkMessage(type: MessageType, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtoError(`${show(value)} is not a ${type.name}`);
  }
  for (const key in value) {
    if (!type.byName.has(key)) throw new ProtoError(`unknown property "${key}" of ${type.name}`);
  }
}

function checkAlone(field: Field, message: Record<string, unknown>): void {
  for (const other of field.members) {
    if (other !== field.name && message[other] !== undefined) {
      throw new ProtoError(`"${other}" is set as well, and oneof ${field.oneof} holds one of them`);
    }
  }
}

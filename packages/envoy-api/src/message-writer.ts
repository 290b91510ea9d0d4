import { fillBox } from "./boxed-form.ts";
import { checkScalar, enumNumber, isZero, show } from "./check-scalar.ts";
import type { Field } from "./field.ts";
import type { FieldPath } from "./field-path.ts";
import { highHalf, type Int64, lowHalf } from "./int64.ts";
import { type Kind, LENGTH, wireTypeOf } from "./kind.ts";
import { mapEntries } from "./map-entries.ts";
import type { MessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import { SetFields } from "./set-fields.ts";
import type { WireWriter } from "./wire-writer.ts";

/** Messages inside messages that are written at most; a cycle of objects ends here. */
const maxDepth = 100;

/** Writes messages back to front, as `WireWriter` wants it. */
export class MessageWriter {
  readonly #writer: WireWriter;
  readonly #path: FieldPath;
  readonly #set = new SetFields();

  constructor(writer: WireWriter, path: FieldPath) {
    this.#writer = writer;
    this.#path = path;
  }

  /** The fields of a message, without tag and length. */
  message(type: MessageType, value: unknown, depth: number): void {
    if (depth >= maxDepth) {
      throw new ProtoError(`messages are nested more than ${maxDepth} deep`, "", "RESOURCE_EXHAUSTED");
    }
    if (type.form === "wrapper") {
      this.#one(type.fields[0]!, value, depth);
      return;
    }
    let message = value;
    if (type.form !== "plain") {
      const box = type.create();
      fillBox(type.form, box, value);
      message = box;
    }
    const set = this.#set;
    const base = set.top;
    set.push(type, message);
    for (let at = set.top - 1; at >= base; at--) this.#field(set.field(at), set.value(at), depth);
    set.top = base;
  }

  #field(field: Field, value: unknown, depth: number): void {
    this.#path.set(depth, field.name, undefined);
    if (field.mapKey !== undefined) this.#map(field, field.mapKey, value, depth);
    else if (field.repeated) this.#list(field, value, depth);
    else this.#one(field, value, depth);
  }

  #list(field: Field, value: unknown, depth: number): void {
    if (!Array.isArray(value)) throw new ProtoError(`${show(value)} is not a list`);
    const before = this.#writer.length;
    const packed = field.wireType !== LENGTH;
    for (let at = value.length - 1; at >= 0; at--) {
      this.#path.set(depth, field.name, at);
      if (field.kind === "message") {
        this.#message(field, value[at], depth);
      } else {
        this.#bare(field, value[at]);
        if (!packed) this.#writer.varint32(field.tag);
      }
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

  /** One value with its tag; a default is left out, where that is no difference. */
  #one(field: Field, value: unknown, depth: number): void {
    if (field.kind === "message") {
      this.#message(field, value, depth);
      return;
    }
    if (field.absent !== undefined && this.#isZero(field, value)) return;
    this.#bare(field, value);
    this.#writer.varint32(field.tag);
  }

  #message(field: Field, value: unknown, depth: number): void {
    const before = this.#writer.length;
    this.message(field.message, value, depth + 1);
    this.#close(field.number, before);
  }

  /** Tag and length in front of what was written since the writer's length was `before`. */
  #close(number: number, before: number): void {
    this.#writer.varint32(this.#writer.length - before);
    this.#writer.varint32(((number << 3) | LENGTH) >>> 0);
  }

  #isZero(field: Field, value: unknown): boolean {
    return field.kind === "enum" ? enumNumber(field, value) === 0 : isZero(field.kind, value);
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

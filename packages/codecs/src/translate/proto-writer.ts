import { WIRE, WireWriter } from "../protobuf/wire-writer.ts";
import { plainOf } from "./plain-value.ts";
import {
  isPackable,
  type ProtoField,
  type ProtoMessage,
  type ProtoScalar,
  type ProtoValue,
} from "./proto-message.ts";
import { type BareType, INTEGER_RANGE } from "./type-shape.ts";
import { shown, type ValuePath } from "./value-path.ts";
import { writePlain, writeTimestamp } from "./well-known-values.ts";

const WIRE_OF: Readonly<Record<ProtoScalar, number>> = {
  int32: WIRE.varint,
  int64: WIRE.varint,
  bool: WIRE.varint,
  float: WIRE.fixed32,
  double: WIRE.fixed64,
  string: WIRE.bytes,
  bytes: WIRE.bytes,
};

/** One for all: it holds nothing between two messages. */
const WRITER = new WireWriter();

/**
 * The bytes of a message.
 *
 * @throws {TranslateError} for a value that is not of its type, and for a null where Protocol Buffers have no word for it: in a
 * list or a map.
 */
export function writeProto(message: ProtoMessage, value: unknown, path: ValuePath): Buffer {
  const writer = WRITER.begin();
  writeFields(writer, message, value, path);
  return writer.take();
}

export function wireOf(value: ProtoValue): number {
  if (value.kind === "enum") return WIRE.varint;
  return isPackable(value) ? WIRE_OF[value.kind as ProtoScalar] : WIRE.bytes;
}

function writeFields(writer: WireWriter, message: ProtoMessage, value: unknown, path: ValuePath): void {
  if (message.holds === "value") {
    writeField(writer, message.fields[0] as ProtoField, value, path);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) unfit(value, message.name, path);
  const record = value as Readonly<Record<string, unknown>>;
  for (const field of message.fields) {
    path.enter(field.javaName);
    writeField(writer, field, record[field.javaName], path);
    path.leave();
  }
}

function writeField(writer: WireWriter, field: ProtoField, value: unknown, path: ValuePath): void {
  if (value === null || value === undefined) {
    if (field.bare.isRequired) unfit(value, field.type.name, path);
    return;
  }
  switch (field.label) {
    case "repeated":
      writeItems(writer, field, value, path);
      break;
    case "map":
      writeEntries(writer, field, value, path);
      break;
    default:
      if (field.label === "" && isZero(field, value)) return;
      writer.tag(field.number, wireOf(field.value));
      writeValue(writer, field.value, field.item, value, path);
  }
}

/** Whether a value is what a reader makes of a field that is not there. */
function isZero({ value: { kind }, item }: ProtoField, value: unknown): boolean {
  if (kind === "bool") return value === false;
  if (kind === "int64") return value === 0n || value === 0;
  if (kind === "string") return value === "" && item.shape.kind !== "char";
  if (kind === "bytes") return value instanceof Uint8Array && value.length === 0;
  return (kind === "int32" || kind === "float" || kind === "double") && Object.is(value, 0);
}

function writeItems(writer: WireWriter, field: ProtoField, value: unknown, path: ValuePath): void {
  const isSet = field.bare.shape.kind === "set";
  if (isSet ? !(value instanceof Set) : !Array.isArray(value)) unfit(value, field.type.name, path);
  const items = isSet ? [...(value as Set<unknown>)] : (value as unknown[]);
  if (items.length === 0) return;
  const wire = wireOf(field.value);
  const packed = isPackable(field.value);
  let from = 0;
  if (packed) {
    writer.tag(field.number, WIRE.bytes);
    from = writer.open();
  }
  for (const [i, item] of items.entries()) {
    path.enter(i);
    if (!packed) writer.tag(field.number, wire);
    writeItem(writer, field, item, path);
    path.leave();
  }
  if (packed) writer.close(from);
}

function writeItem(writer: WireWriter, field: ProtoField, item: unknown, path: ValuePath): void {
  if (item === null || item === undefined) {
    if (field.value.kind !== "value") {
      path.fail("Protocol Buffers have no null in a list or a map");
    }
  }
  writeValue(writer, field.value, field.item, item, path);
}

function writeEntries(writer: WireWriter, field: ProtoField, value: unknown, path: ValuePath): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    unfit(value, field.type.name, path);
  }
  const key = field.key as ProtoValue;
  const entries = value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value);
  for (const [k, item] of entries) {
    path.enterKey(k);
    writer.tag(field.number, WIRE.bytes);
    const from = writer.open();
    writer.tag(1, wireOf(key));
    writeValue(writer, key, field.keyType as BareType, k, path);
    writer.tag(2, wireOf(field.value));
    writeItem(writer, field, item, path);
    writer.close(from);
    path.leave();
  }
}

function writeValue(
  writer: WireWriter,
  value: ProtoValue,
  type: BareType,
  java: unknown,
  path: ValuePath,
): void {
  const { maxBytes } = path.limits;
  if (writer.length > maxBytes) path.tooMuch("bytes", writer.length, maxBytes);
  switch (value.kind) {
    case "message": {
      const from = writer.open();
      writeFields(writer, value.message, java, path);
      writer.close(from);
      break;
    }
    case "enum": {
      const number = 1 + value.constants.findIndex((constant) => constant.java === java);
      if (number === 0) unfit(java, `one of ${value.constants.map((one) => one.java).join(", ")}`, path);
      writer.uint32(number);
      break;
    }
    case "timestamp":
      writeTimestamp(writer, java instanceof Date ? java : unfit(java, "date", path), path);
      break;
    case "value":
      writePlain(writer, plainOf(java, path));
      break;
    default:
      writeScalar(writer, value.kind, type, java, path);
  }
}

function writeScalar(
  writer: WireWriter,
  kind: ProtoScalar,
  { type, shape }: BareType,
  java: unknown,
  path: ValuePath,
): void {
  switch (kind) {
    case "bool":
      writer.byte((typeof java === "boolean" ? java : unfit(java, type.name, path)) ? 1 : 0);
      break;
    case "int32": {
      const [least, most] = INTEGER_RANGE[shape.kind as keyof typeof INTEGER_RANGE];
      const fits = Number.isInteger(java) && (java as number) >= least && (java as number) <= most;
      writer.int32(fits ? (java as number) : unfit(java, type.name, path));
      break;
    }
    case "int64":
      if (typeof java === "bigint" && BigInt.asIntN(64, java) === java) writer.int64(java);
      else writer.safeInt64(Number.isSafeInteger(java) ? (java as number) : unfit(java, type.name, path));
      break;
    case "float":
      writer.float(typeof java === "number" ? java : unfit(java, type.name, path));
      break;
    case "double":
      writer.double(typeof java === "number" ? java : unfit(java, type.name, path));
      break;
    case "string":
      if (typeof java === "bigint" && shape.kind === "big-integer") writer.string(java.toString());
      else writer.string(typeof java === "string" ? java : unfit(java, type.name, path));
      break;
    case "bytes":
      writer.binary(java instanceof Uint8Array ? java : unfit(java, type.name, path));
      break;
    default:
      kind satisfies never;
  }
}

function unfit(value: unknown, due: string, path: ValuePath): never {
  return path.fail(`expected ${due}, got ${shown(value)}`);
}

import { WireReader } from "../protobuf/wire-reader.ts";
import { WIRE } from "../protobuf/wire-writer.ts";
import { javaOfPlain } from "./plain-value.ts";
import {
  isPackable,
  type ProtoField,
  type ProtoMessage,
  type ProtoScalar,
  type ProtoValue,
  protoTypeName,
} from "./proto-message.ts";
import { wireOf } from "./proto-writer.ts";
import { type BareType, INTEGER_RANGE, MAX_BIG_DIGITS } from "./type-shape.ts";
import { shown, type ValuePath } from "./value-path.ts";
import { readPlain, readTimestamp } from "./well-known-values.ts";

const NOTHING = Buffer.alloc(0);
const BIG_TEXT = /^-?\d+$/;

/**
 * The value of a message. Fields of other numbers are skipped; of one that comes twice the last counts, and two messages in one
 * field are put together.
 *
 * @throws {DecodeError} for bytes that are no message, and for what is over a limit.
 * @throws {TranslateError} for a value that its type in Java does not take.
 */
export function readProto(message: ProtoMessage, bytes: Buffer, path: ValuePath): unknown {
  return readFields(new WireReader(bytes, path.limits, "protobuf"), message, undefined, path);
}

function readFields(reader: WireReader, message: ProtoMessage, previous: unknown, path: ValuePath): unknown {
  const record = Object.create(null) as Record<string, unknown>;
  const isRecord = message.holds === "fields";
  for (const { javaName } of message.fields) {
    const before = isRecord ? (previous as typeof record | undefined)?.[javaName] : previous;
    record[javaName] = before ?? undefined;
  }
  while (reader.next()) {
    const field = message.byNumber.get(reader.field);
    if (field === undefined) {
      reader.skip();
      continue;
    }
    if (isRecord) path.enter(field.javaName);
    record[field.javaName] = readField(reader, field, record[field.javaName], path);
    if (isRecord) path.leave();
  }
  for (const field of message.fields) {
    if (record[field.javaName] !== undefined) continue;
    if (isRecord) path.enter(field.javaName);
    record[field.javaName] = absentOf(field, path);
    if (isRecord) path.leave();
  }
  return message.of(record);
}

function absentOf(field: ProtoField, path: ValuePath): unknown {
  const { bare, label, value } = field;
  if (label === "repeated") return bare.shape.kind === "set" ? new Set() : [];
  if (label === "map") return new Map();
  if (bare.isNullable) return null;
  if (bare.isRequired) return zeroOf(value, bare, path);
  return bare.type.absent;
}

/** What a value is of which nothing is on the wire. */
function zeroOf(value: ProtoValue, type: BareType, path: ValuePath): unknown {
  switch (value.kind) {
    case "string":
      return fitText("", type, path);
    case "bytes":
      return NOTHING;
    case "message":
    case "timestamp":
    case "enum":
      return path.fail(`expected ${type.type.name}, got nothing`);
    case "value":
      return null;
    default:
      return type.type.absent;
  }
}

function readField(reader: WireReader, field: ProtoField, before: unknown, path: ValuePath): unknown {
  switch (field.label) {
    case "repeated": {
      // In place: one that comes item by item is not copied for each of them.
      const items = (before ?? (field.bare.shape.kind === "set" ? new Set() : [])) as
        | unknown[]
        | Set<unknown>;
      readItems(reader, field, items, path);
      return items;
    }
    case "map": {
      const map = (before ?? new Map()) as Map<unknown, unknown>;
      readEntry(reader, field, map, path);
      return map;
    }
    default:
      reader.expect(wireOf(field.value), protoTypeName(field.value));
      return readValue(reader, field.value, field.item, before, path);
  }
}

function readItems(
  reader: WireReader,
  field: ProtoField,
  items: unknown[] | Set<unknown>,
  path: ValuePath,
): void {
  const read = (): void => {
    path.enter(items instanceof Set ? items.size : items.length);
    const item = readItem(reader, field.value, field.item, path);
    if (items instanceof Set) items.add(item);
    else items.push(item);
    path.leave();
  };
  // Both forms are taken, whichever the schema says.
  if (reader.wire === WIRE.bytes && isPackable(field.value)) {
    const outer = reader.enter();
    while (!reader.isAtEnd) read();
    reader.leave(outer);
  } else {
    reader.expect(wireOf(field.value), protoTypeName(field.value));
    read();
  }
}

/** In a list the number 0 of an enum stands for nothing that Java has. */
function readItem(reader: WireReader, value: ProtoValue, type: BareType, path: ValuePath): unknown {
  const java = readValue(reader, value, type, undefined, path);
  return java === null && value.kind === "enum" ? path.fail("0 is no constant") : java;
}

function readEntry(reader: WireReader, field: ProtoField, map: Map<unknown, unknown>, path: ValuePath): void {
  reader.expect(WIRE.bytes, "an entry of a map");
  const keyValue = field.key as ProtoValue;
  const keyType = field.keyType as BareType;
  const outer = reader.enter();
  let key: unknown;
  let value: unknown;
  path.enterKey(map.size);
  while (reader.next()) {
    if (reader.field === 1) {
      reader.expect(wireOf(keyValue), protoTypeName(keyValue));
      key = readValue(reader, keyValue, keyType, undefined, path);
    } else if (reader.field === 2) {
      reader.expect(wireOf(field.value), protoTypeName(field.value));
      value = readItem(reader, field.value, field.item, path);
    } else reader.skip();
  }
  reader.leave(outer);
  if (key === undefined) key = keyValue.kind === "string" ? fitText("", keyType, path) : keyType.type.absent;
  if (value === undefined) value = emptyOf(field.value, field.item, path);
  path.leave();
  map.set(key, value);
}

/** A value of a map's entry that is not there: a message without fields, or a zero. */
function emptyOf(value: ProtoValue, type: BareType, path: ValuePath): unknown {
  if (value.kind === "message") return readProto(value.message, NOTHING, path);
  if (value.kind === "timestamp") return new Date(0);
  if (type.shape.kind === "char") return fitText("", type, path);
  return zeroOf(value, type, path) ?? (value.kind === "string" ? "" : null);
}

function readValue(
  reader: WireReader,
  value: ProtoValue,
  type: BareType,
  before: unknown,
  path: ValuePath,
): unknown {
  switch (value.kind) {
    case "message": {
      const outer = reader.enter();
      const java = readFields(reader, value.message, before, path);
      reader.leave(outer);
      return java;
    }
    case "enum": {
      const number = reader.int32();
      const constant = value.constants[number - 1]?.java;
      if (constant === undefined && number !== 0) path.fail(`${value.name} has no number ${number}`);
      return constant ?? (type.isRequired ? path.fail(`expected ${value.name}, got 0`) : null);
    }
    case "timestamp":
      return readTimestamp(reader, path);
    case "value":
      return javaOfPlain(readPlain(reader), path);
    default:
      reader.spend();
      return readScalar(reader, value.kind, type, path);
  }
}

function readScalar(reader: WireReader, kind: ProtoScalar, type: BareType, path: ValuePath): unknown {
  const { shape } = type;
  switch (kind) {
    case "bool":
      return reader.bool();
    case "int32": {
      const number = reader.int32();
      const [least, most] = INTEGER_RANGE[shape.kind as keyof typeof INTEGER_RANGE];
      return number >= least && number <= most
        ? number
        : unfit(number, `${type.type.name} (${least} to ${most})`, path);
    }
    case "int64": {
      const long = reader.int64();
      if (shape.kind === "long") return long;
      return Number.isSafeInteger(Number(long)) ? Number(long) : unfit(long, "a long of 53 bits", path);
    }
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "bytes":
      // A copy: what a message held must not hold the message's buffer.
      return Buffer.from(reader.view());
    case "string":
      return fitText(reader.string(), type, path);
    default:
      return kind satisfies never;
  }
}

/** Text as its type in Java has it. */
function fitText(text: string, { shape, type }: BareType, path: ValuePath): unknown {
  switch (shape.kind) {
    case "char":
      return text.length === 1 ? text : unfit(text, "one character", path);
    case "text":
      return shape.isText(text) ? text : unfit(text, `text of ${type.name}`, path);
    case "enum":
      return shape.constants.includes(text)
        ? text
        : unfit(text, `one of ${shape.constants.join(", ")}`, path);
    case "big-integer":
      return text.length <= MAX_BIG_DIGITS && BIG_TEXT.test(text)
        ? BigInt(text)
        : unfit(text, `a whole number as text of up to ${MAX_BIG_DIGITS} digits`, path);
    default:
      return text;
  }
}

function unfit(value: unknown, due: string, path: ValuePath): never {
  return path.fail(`expected ${due}, got ${shown(value)}`);
}

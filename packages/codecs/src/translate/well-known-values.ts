import type { WireReader } from "../protobuf/wire-reader.ts";
import { WIRE, type WireWriter } from "../protobuf/wire-writer.ts";
import type { PlainValue } from "./plain-value.ts";
import { MAX_TIMESTAMP_S, MIN_TIMESTAMP_S } from "./timestamp.ts";
import type { ValuePath } from "./value-path.ts";

/** `Timestamp { 1 seconds int64, 2 nanos int32 }` */
export function writeTimestamp(writer: WireWriter, date: Date, path: ValuePath): void {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1_000);
  if (!(seconds >= MIN_TIMESTAMP_S && seconds <= MAX_TIMESTAMP_S)) {
    path.fail("a date beyond the years 1 to 9999");
  }
  const from = writer.open();
  const nanos = (ms - seconds * 1_000) * 1_000_000;
  if (seconds !== 0) {
    writer.tag(1, WIRE.varint);
    writer.safeInt64(seconds);
  }
  if (nanos !== 0) {
    writer.tag(2, WIRE.varint);
    writer.uint32(nanos);
  }
  writer.close(from);
}

/**
 * `Value { 1 null, 2 number double, 3 string, 4 bool, 5 Struct { 1 fields map<string, Value> }, 6 ListValue { 1 values } }`
 */
export function writePlain(writer: WireWriter, value: PlainValue): void {
  const from = writer.open();
  if (value === null) {
    writer.tag(1, WIRE.varint);
    writer.byte(0);
  } else if (typeof value === "number") {
    writer.tag(2, WIRE.fixed64);
    writer.double(value);
  } else if (typeof value === "string") {
    writer.tag(3, WIRE.bytes);
    writer.string(value);
  } else if (typeof value === "boolean") {
    writer.tag(4, WIRE.varint);
    writer.byte(value ? 1 : 0);
  } else {
    const isMap = value instanceof Map;
    writer.tag(isMap ? 5 : 6, WIRE.bytes);
    const inner = writer.open();
    if (isMap) writePlainEntries(writer, value as ReadonlyMap<string, PlainValue>);
    else {
      for (const item of value as readonly PlainValue[]) {
        writer.tag(1, WIRE.bytes);
        writePlain(writer, item);
      }
    }
    writer.close(inner);
  }
  writer.close(from);
}

function writePlainEntries(writer: WireWriter, entries: ReadonlyMap<string, PlainValue>): void {
  for (const [key, value] of entries) {
    writer.tag(1, WIRE.bytes);
    const from = writer.open();
    writer.tag(1, WIRE.bytes);
    writer.string(key);
    writer.tag(2, WIRE.bytes);
    writePlain(writer, value);
    writer.close(from);
  }
}

export function readTimestamp(reader: WireReader, path: ValuePath): Date {
  const outer = reader.enter();
  let seconds = 0n;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.wire === WIRE.varint) seconds = reader.int64();
    else if (reader.field === 2 && reader.wire === WIRE.varint) nanos = reader.int32();
    else reader.skip();
  }
  reader.leave(outer);
  if (seconds < MIN_TIMESTAMP_S || seconds > MAX_TIMESTAMP_S || nanos < 0 || nanos > 999_999_999) {
    path.fail(`expected a date of the years 1 to 9999, got ${seconds} s and ${nanos} ns`);
  }
  return new Date(Number(seconds) * 1_000 + Math.trunc(nanos / 1_000_000));
}

/** A `google.protobuf.Value`; one of nothing is null. */
export function readPlain(reader: WireReader): unknown {
  const outer = reader.enter();
  let value: unknown = null;
  while (reader.next()) {
    const { field, wire } = reader;
    if (field === 1 && wire === WIRE.varint) {
      reader.int32();
      value = null;
    } else if (field === 2 && wire === WIRE.fixed64) value = reader.double();
    else if (field === 3 && wire === WIRE.bytes) value = reader.string();
    else if (field === 4 && wire === WIRE.varint) value = reader.bool();
    else if (field === 5 && wire === WIRE.bytes) value = readStruct(reader);
    else if (field === 6 && wire === WIRE.bytes) value = readList(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return value;
}

function readList(reader: WireReader): unknown[] {
  const outer = reader.enter();
  const items: unknown[] = [];
  while (reader.next()) {
    if (reader.field === 1 && reader.wire === WIRE.bytes) items.push(readPlain(reader));
    else reader.skip();
  }
  reader.leave(outer);
  return items;
}

function readStruct(reader: WireReader): Map<string, unknown> {
  const outer = reader.enter();
  const map = new Map<string, unknown>();
  while (reader.next()) {
    if (reader.field !== 1 || reader.wire !== WIRE.bytes) {
      reader.skip();
      continue;
    }
    readStructEntry(reader, map);
  }
  reader.leave(outer);
  return map;
}

function readStructEntry(reader: WireReader, map: Map<string, unknown>): void {
  const outer = reader.enter();
  let key = "";
  let value: unknown = null;
  while (reader.next()) {
    if (reader.field === 1 && reader.wire === WIRE.bytes) key = reader.string();
    else if (reader.field === 2 && reader.wire === WIRE.bytes) value = readPlain(reader);
    else reader.skip();
  }
  reader.leave(outer);
  map.set(key, value);
}

import { isMessageName, type JsonValue, packAny } from "@dualmesh/envoy-api";
import type { Field } from "../src/field.ts";
import type { Kind } from "../src/kind.ts";
import { findMessageType, type MessageType } from "../src/message-type.ts";

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const names = ["a", "orders", "zürich", "日本", "𝒳", "", "__proto__", "constructor", "x".repeat(70)];
const int64s = [
  0,
  1,
  -1,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  1n - 2n ** 53n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

/** Makes valid messages in our form, of every type. */
export class RandomMessages {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  message(type: MessageType, depth: number): unknown {
    switch (type.form) {
      case "wrapper":
        return this.#scalar(type.fields[0]!.kind);
      case "value":
        return this.#json(depth);
      case "list":
        return this.#times(3, () => this.#json(depth + 1));
      case "struct":
        return Object.fromEntries(this.#times(3, () => [this.#pick(names), this.#json(depth + 1)] as const));
      case "plain":
        return this.#plain(type, depth);
    }
  }

  #plain(type: MessageType, depth: number): unknown {
    if (type.name === "google.protobuf.Duration")
      return { seconds: this.#integer(0, 1e9), nanos: this.#nanos() };
    if (type.name === "google.protobuf.Timestamp")
      return { seconds: this.#integer(-1e9, 1e9), nanos: this.#nanos() };
    if (type.name === "google.protobuf.FieldMask")
      return { paths: this.#times(2, () => this.#pick(["a", "load_a.b_c"])) };
    if (type.name === "google.protobuf.Any") return this.#any(depth);
    const message = type.create();
    // Deep down everything stays empty, so that recursive types end.
    const share = depth === 0 ? 0.7 : depth < 4 ? 0.3 : 0;
    for (const field of type.fields) {
      if (this.#random() >= share) continue;
      for (const member of field.members) message[member] = undefined;
      message[field.name] = this.#field(field, depth);
    }
    return message;
  }

  #field(field: Field, depth: number): unknown {
    if (field.mapKey !== undefined) {
      const entries = this.#times(3, () => [this.#scalar(field.mapKey!), this.#one(field, depth)] as const);
      // In the order of writing, which is the order after reading.
      return new Map([...new Map(entries)].sort(([a], [b]) => (a! < b! ? -1 : 1)));
    }
    return field.repeated ? this.#times(3, () => this.#one(field, depth)) : this.#one(field, depth);
  }

  #one(field: Field, depth: number): unknown {
    if (field.kind === "message") return this.message(field.message, depth + 1);
    if (field.kind !== "enum") return this.#scalar(field.kind);
    // Now and then a number that a newer peer may send.
    return this.#random() < 0.1 ? 4711 : field.enum.show(this.#pick([...field.enum.numbers.values()]));
  }

  #any(depth: number): unknown {
    const name = this.#pick([
      "google.protobuf.Duration",
      "google.protobuf.Struct",
      "google.protobuf.Any",
      "google.protobuf.UInt32Value",
      "envoy.config.core.v3.Address",
    ]);
    if (!isMessageName(name)) throw new Error(name);
    return packAny(name, this.message(findMessageType(name)!, depth + 1) as never);
  }

  #json(depth: number): JsonValue {
    const kind = depth > 4 ? this.#integer(0, 4) : this.#integer(0, 6);
    if (kind === 0) return null;
    if (kind === 1) return this.#random() < 0.5;
    if (kind === 2) return this.#pick([0, -0, 1.5, -1e300, 2 ** 60]);
    if (kind < 5) return this.#pick(names);
    if (kind === 5) return this.#times(3, () => this.#json(depth + 1));
    return Object.fromEntries(this.#times(3, () => [this.#pick(names), this.#json(depth + 1)] as const));
  }

  #scalar(kind: Kind): string | number | bigint | boolean | Uint8Array {
    switch (kind) {
      case "string":
        return this.#pick(names);
      case "bytes":
        return Uint8Array.from(this.#times(5, () => this.#integer(0, 255)));
      case "bool":
        return this.#random() < 0.5;
      case "double":
        return this.#pick([0, -0, 0.1, -1e-300, 1e300, Number.NaN, Infinity, -Infinity]);
      case "float":
        return Math.fround(this.#pick([0, -0, 0.1, 3.4e38, 1e-40, Number.NaN, Infinity, -Infinity]));
      case "int32":
      case "sint32":
      case "sfixed32":
        return this.#pick([0, 1, -1, 127, 128, 2 ** 31 - 1, -(2 ** 31)]);
      case "uint32":
      case "fixed32":
        return this.#pick([0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 32 - 1]);
      case "int64":
      case "sint64":
      case "sfixed64":
        return shown(this.#pick(int64s));
      case "uint64":
      case "fixed64":
        return shown(this.#pick([...int64s.filter((value) => value >= 0), 2n ** 64n - 1n]));
      case "enum":
      case "message":
        throw new Error(`${kind} is no scalar`);
    }
  }

  #nanos(): number {
    return this.#pick([0, 5, 1_000, 500_000_000, 999_999_999]);
  }

  #integer(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#integer(0, list.length - 1)]!;
  }

  #times<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#integer(0, most) }, make);
  }
}

/** As our reader shows it: a number where that is exact. */
function shown(value: number | bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

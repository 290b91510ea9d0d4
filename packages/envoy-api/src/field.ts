import type { EnumType } from "./enum-type.ts";
import { type Kind, kindOfLetter, LENGTH, wireTypeOf } from "./kind.ts";
import type { MessageType } from "./message-type.ts";

/** Finds a type by its place in the generated table. */
export interface TypeLookup {
  messageAt(place: number): MessageType;
  enumAt(place: number): EnumType;
}

/** A oneof while its message is being parsed: members are added as they come. */
export interface OneofDraft {
  readonly name: string;
  readonly members: string[];
  /** The bits of all members. */
  bits: number;
}

/** \`[number]kind[type][*|?][|oneof][>key]\`, see the table in `message-type.ts`. */
const pattern = /^(\d*)([a-zA-Z])([0-9a-z]*)([*?]?)(?:\|(\d+))?(?:>(\w))?$/;

/** One field of a message. */
export class Field {
  /** The .proto name, which is also the name of the property. */
  readonly name: string;
  /** lowerCamelCase, the other spelling that proto3 JSON accepts. */
  readonly jsonName: string;
  readonly number: number;
  /** Index among the fields of the type. */
  readonly place: number;
  /** Number and wire type, as they stand before every occurrence. */
  readonly tag: number;
  /** Kind of one value; for a map, that of its values. */
  readonly kind: Kind;
  /** Wire type of one occurrence: of a map, that of an entry. */
  readonly wireType: number;
  /** Wire type of one value. */
  readonly valueWireType: number;
  readonly repeated: boolean;
  /** Kind of the keys, if this is a map. */
  readonly mapKey: Kind | undefined;
  /** What the field holds when it is not set: `undefined` if absence differs from the default. */
  readonly absent: unknown;
  /** Name of the oneof; empty if none. */
  readonly oneof: string;
  /** All members of the oneof, this one included; empty if none. */
  readonly members: readonly string[];
  /** One of 32 bits, by which the reader remembers what it has seen; fields of large messages share bits. */
  readonly bit: number;
  readonly #oneof: OneofDraft | undefined;
  readonly #place: number;
  readonly #lookup: TypeLookup;
  #message: MessageType | undefined;
  #enum: EnumType | undefined;

  /** @param previous the number of the field before, or 0. */
  constructor(
    name: string,
    text: string,
    place: number,
    previous: number,
    absent: unknown,
    oneofs: readonly OneofDraft[],
    lookup: TypeLookup,
  ) {
    const match = pattern.exec(text);
    const kind = kindOfLetter(match?.[2] ?? "");
    if (match === null || kind === undefined) throw new Error(`generated table: bad field ${name} "${text}"`);
    const oneof = oneofs[Number(match[5] ?? -1)];
    this.name = name;
    this.jsonName = toJsonName(name);
    this.number = match[1] === "" ? previous + 1 : Number(match[1]);
    this.kind = kind;
    this.bit = 1 << (this.number & 31);
    this.#oneof = oneof;
    if (oneof !== undefined) {
      oneof.members.push(name);
      oneof.bits |= this.bit;
    }
    this.repeated = match[4] === "*";
    this.mapKey = kindOfLetter(match[6] ?? "");
    this.valueWireType = wireTypeOf(kind);
    this.wireType = this.mapKey === undefined ? this.valueWireType : LENGTH;
    this.place = place;
    this.tag = ((this.number << 3) | this.wireType) >>> 0;
    this.absent = absent;
    this.oneof = oneof?.name ?? "";
    this.members = oneof?.members ?? [];
    this.#place = Number.parseInt(match[3] ?? "", 36);
    this.#lookup = lookup;
  }

  /** The bits of all members of the oneof; 0 if none. */
  get memberBits(): number {
    return this.#oneof === undefined ? 0 : this.#oneof.bits;
  }

  /** The type of a `message` field; parsed when first asked for, so that a cycle of types ends. */
  get message(): MessageType {
    this.#message ??= this.#lookup.messageAt(this.#place);
    return this.#message;
  }

  /** The type of an `enum` field. */
  get enum(): EnumType {
    this.#enum ??= this.#lookup.enumAt(this.#place);
    return this.#enum;
  }
}

/**
 * The JSON name protoc derives: underscores go, the letter after one becomes upper case. `accept_http_10` is
 * `acceptHttp10` (some libraries make `acceptHttp_10` of it).
 */
export function toJsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_all, letter: string) => letter.toUpperCase());
}

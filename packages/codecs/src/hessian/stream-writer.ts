import { DefinitionTable } from "./definition-table.ts";
import { EncodeError } from "./encode-error.ts";
import { IdentityTable } from "./identity-table.ts";
import type { ClassDefinition } from "./java-object.ts";
import type { HessianProfile } from "./profile.ts";
import { ScalarWriter } from "./scalar-writer.ts";
import { writeUnits } from "./write-units.ts";

export interface HessianWriterOptions {
  readonly profile: HessianProfile;
  /** Whether whole numbers beyond 32 bits go out as longs, and not as doubles. Default `false`. */
  readonly wholeNumbersAreLongs?: boolean;
}

/** Deeper values are no data, but a chain of which nobody knew how long it is. */
const MAX_DEPTH = 1_000;

/**
 * Writes the pieces of a stream, in the shortest form of each, as Java's libraries do, and keeps its tables of types, classes
 * and references.
 */
export class StreamWriter extends ScalarWriter {
  readonly #refs = new IdentityTable();
  readonly #classes = new DefinitionTable();
  #types: string[] = [];
  #depth = 0;

  constructor(options: HessianWriterOptions) {
    super(options.profile, options.wholeNumbersAreLongs === true);
  }

  /** Begins a stream. What was written and not taken is thrown away. */
  begin(): this {
    this.startMessage();
    this.#refs.clear();
    this.#classes.clear();
    this.#types.length = 0;
    this.#depth = 0;
    return this;
  }

  /** The bytes since {@link begin}. */
  take(): Buffer {
    return this.takeMessage();
  }

  /** The head of a list of so many items; they follow, and then {@link endList}. */
  beginList(type: string | null, length: number): void {
    this.enter();
    if (this.isOld) this.#beginOldList(type, length);
    else if (type === null) {
      if (length <= 7) this.byte(0x78 + length);
      else {
        this.byte(0x58);
        this.int(length);
      }
    } else if (length <= 7) {
      this.byte(0x70 + length);
      this.#type(type);
    } else {
      this.byte(0x56);
      this.#type(type);
      this.int(length);
    }
  }

  endList(): void {
    this.#depth--;
    if (!this.isOld) return;
    if (this.#endless.pop() !== true) this.byte(0x7a);
  }

  /** For each list of the older dialect that is open: whether nothing ends it. */
  readonly #endless: boolean[] = [];

  #beginOldList(type: string | null, length: number): void {
    const known = type === null ? -1 : this.#types.indexOf(type);
    this.#endless.push(known >= 0);
    if (known >= 0) {
      this.byte(0x76);
      this.int(known);
      this.int(length);
      return;
    }
    this.byte(0x56);
    if (type !== null) this.#type(type);
    if (length < 0x100) this.two(0x6e, length);
    else this.tag32(0x6c, length);
  }

  /** The head of a list without a length; items follow, and then {@link endOpen}. */
  beginOpenList(type: string | null): void {
    this.enter();
    if (this.isOld) {
      this.byte(0x56);
      if (type !== null) this.#type(type);
    } else {
      this.byte(type === null ? 0x57 : 0x55);
      if (type !== null) this.#type(type);
    }
  }

  /** The head of a map; keys and values follow in turns, and then {@link endOpen}. */
  beginMap(type: string | null): void {
    this.enter();
    this.byte(this.isOld || type !== null ? 0x4d : 0x48);
    if (type !== null) this.#type(type);
  }

  /** The end of a map, or of a list without a length. */
  endOpen(): void {
    this.#depth--;
    this.byte(this.isOld ? 0x7a : 0x5a);
  }

  /**
   * A reference to an object that the stream already has. `false`: it is new, takes the next number, and is to be written.
   * Called for every list, map and object, before anything of it.
   */
  refer(object: unknown): boolean {
    const number = this.#refs.numberOf(object);
    if (number < 0) return false;
    if (!this.isOld) {
      this.byte(0x51);
      this.int(number);
    } else if (number < 0x100) this.two(0x4a, number);
    else if (number < 0x10000) this.tag16(0x4b, number);
    else this.tag32(0x52, number);
    return true;
  }

  /**
   * The head of an object; the values of its fields follow, and then {@link leave}.
   *
   * @param prepared The definition's bytes, if somebody has them.
   */
  beginObject(definition: ClassDefinition, prepared?: Buffer): void {
    this.enter();
    let number = this.#classes.numberOf(definition);
    if (number < 0) {
      number = this.#classes.last;
      if (prepared === undefined) this.define(definition);
      else this.raw(prepared);
    }
    if (this.isOld || number > 15) {
      this.byte(this.isOld ? 0x6f : 0x4f);
      this.int(number);
    } else this.byte(0x60 + number);
  }

  /** The definition of a class. */
  define(definition: ClassDefinition): void {
    const { name, fields } = definition;
    if (this.isOld) {
      this.byte(0x4f);
      this.int(name.length);
      this.reserve(3 * name.length);
      this.at = writeUnits(this.bytes, this.at, name);
    } else {
      this.byte(0x43);
      this.string(name);
    }
    this.int(fields.length);
    for (const field of fields) this.string(field);
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH)
      throw new EncodeError(`values stand over ${MAX_DEPTH} levels deep in each other`);
  }

  leave(): void {
    this.#depth--;
  }

  /** A type: its number, if the stream has it, or its name. */
  #type(type: string): void {
    const number = this.#types.indexOf(type);
    if (number >= 0) {
      if (this.isOld) this.byte(0x75);
      this.int(number);
      return;
    }
    this.#types.push(type);
    if (this.isOld) this.chunk(0x74, type);
    else this.string(type);
  }
}

import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { DefinitionCache } from "./definition-cache.ts";
import { JavaList } from "./java-list.ts";
import { JavaMap } from "./java-map.ts";
import type { ClassDefinition } from "./java-object.ts";
import { type ObjectReader, unknownObjectReader } from "./object-reader.ts";
import { ScalarReader } from "./scalar-reader.ts";
import * as tag from "./tags.ts";

/** What reads the objects of a class, by its definition; `undefined` for a class that nobody registered. */
export type FindObjectReader = (definition: ClassDefinition) => ObjectReader | undefined;

export interface HessianReaderOptions {
  readonly dialect: tag.HessianDialect;
  /** Default: every object is a {@link JavaObject}. */
  readonly classes?: FindObjectReader;
  /** `number`: a long that a number holds exactly is one; others stay `bigint`. Default `bigint` for all. */
  readonly longs?: "bigint" | "number";
  /**
   * Keeps what JavaScript would lose: whole doubles are {@link JavaDouble}, typed lists and all maps are {@link JavaList}
   * and {@link JavaMap}. Written again, the bytes are the same where their writer was canonical. Default `false`.
   */
  readonly exact?: boolean;
  readonly limits?: Partial<DecodeLimits>;
}

/** Stands for a value that is still being made of its own fields. */
const UNFINISHED = Symbol("unfinished");

/**
 * Reads the values of a stream, one after the other: they share its tables of classes, types and references. One reader
 * serves a connection, message after message; it remembers classes between them, in a table that does not grow.
 */
export class HessianReader extends ScalarReader {
  readonly #find: FindObjectReader | undefined;
  readonly #isExact: boolean;
  readonly #cache = new DefinitionCache();
  #classes: ObjectReader[] = [];
  #types: string[] = [];
  #refs: unknown[] = [];

  constructor(options: HessianReaderOptions) {
    const isExact = options.exact === true;
    super(options.dialect, decodeLimits(options.limits), options.longs === "number", isExact);
    this.#find = options.classes;
    this.#isExact = isExact;
  }

  /**
   * Begins a stream.
   *
   * @throws {DecodeError} if it is over `maxBytes`.
   */
  begin(bytes: Buffer, from = 0, end: number = bytes.length): this {
    this.start(bytes, from, end);
    this.#classes = [];
    this.#types = [];
    this.#refs = [];
    return this;
  }

  /** Whether all bytes are read. */
  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /**
   * The next value.
   *
   * @throws {DecodeError} for bytes that are none; the rest of the stream cannot be read then.
   */
  read(): unknown {
    const { at } = this;
    // Small ints and short texts are most of what there is: they need no look at the table.
    if (at < this.end && this.nodesLeft > 0) {
      const first = this.bytes[at] as number;
      if (first < 0x20) {
        this.at = at + 1;
        this.nodesLeft--;
        return this.units(first);
      }
      if (first >= 0x80 && first < 0xc0) {
        this.at = at + 1;
        this.nodesLeft--;
        return first - 0x90;
      }
    }
    return this.#readTagged();
  }

  #readTagged(): unknown {
    let isDefined = false;
    for (;;) {
      const byte = this.byte();
      this.spend(1);
      const kind = this.tags[byte] as number;
      if (kind < tag.LIST_SHORT && !isDefined) return this.scalar(kind, byte);
      if (isDefined && !tag.isObject(kind)) this.badTag(byte, "an object of the class that was just defined");
      switch (kind) {
        case tag.LIST_SHORT:
          return this.#list(null, byte - 0x78);
        case tag.LIST_FIXED:
          return this.#list(null, this.count("the length of a list"));
        case tag.LIST_TYPED_SHORT:
          return this.#list(this.#type(), byte - 0x70);
        case tag.LIST_TYPED: {
          const type = this.#type();
          return this.#list(type, this.count("the length of a list"));
        }
        case tag.LIST_OPEN:
          return this.#openList(null);
        case tag.LIST_OPEN_TYPED:
          return this.#openList(this.#type());
        case tag.MAP:
          return this.#map(null);
        case tag.MAP_TYPED:
          return this.#map(this.#type());
        case tag.OBJECT_SHORT:
          return this.#object(byte - 0x60);
        case tag.OBJECT:
        case tag.OLD_OBJECT:
          return this.#object(this.int("the number of a class"));
        case tag.DEFINITION:
        case tag.OLD_DEFINITION:
          this.#define(kind);
          isDefined = true;
          break;
        case tag.REF:
          return this.#ref(this.int("the number of a reference"));
        case tag.OLD_LIST:
          return this.#oldList();
        case tag.OLD_LIST_REPEAT:
          return this.#oldListRepeat();
        case tag.OLD_MAP:
          return this.#map(this.#oldType());
        case tag.OLD_REF_1:
          return this.#ref(this.byte());
        case tag.OLD_REF_2:
          return this.#ref(this.uint16());
        case tag.OLD_REF_4:
          return this.#ref(this.int32());
        default:
          return this.badTag(byte, "a value");
      }
    }
  }

  /** Says what later references to the value that has just begun mean. For {@link ObjectReader}s. */
  refer(value: unknown): void {
    if (this.#refs.push(value) > this.limits.maxReferences) {
      this.tooMuch("references", this.#refs.length, this.limits.maxReferences);
    }
  }

  /** Takes the next number for a value that is made when all of its fields are there. For {@link ObjectReader}s. */
  referLater(): number {
    this.refer(UNFINISHED);
    return this.#refs.length - 1;
  }

  /** The value for which {@link referLater} took a number. */
  settle<T>(number: number, value: T): T {
    this.#refs[number] = value;
    return value;
  }

  /** Counts values that an object has beside those that are on the wire. For {@link ObjectReader}s. */
  spendAbsent(count: number): void {
    this.spend(count);
  }

  #list(type: string | null, count: number): unknown {
    this.checkCount(count, "the length of a list");
    const items: unknown[] = [];
    const list = this.#isExact && type !== null ? new JavaList(type, items) : items;
    this.refer(list);
    this.enter();
    for (let i = 0; i < count; i++) items.push(this.read());
    this.leave();
    return list;
  }

  #openList(type: string | null): unknown {
    const items: unknown[] = [];
    const list = this.#isExact ? new JavaList(type, items, true) : items;
    this.refer(list);
    this.enter();
    while (!this.isEnd()) items.push(this.read());
    this.leave();
    return list;
  }

  /** `56 [type] [6e u8 | 6c i32] items 7a` */
  #oldList(): unknown {
    const type = this.#oldType();
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first !== 0x6e && first !== 0x6c) return this.#openList(type);
    this.at++;
    const list = this.#list(type, first === 0x6e ? this.byte() : this.int32());
    if (!this.isEnd()) this.malformed("a list goes on behind its length");
    return list;
  }

  /** `76 int(type) int(length) items`, with nothing behind them. */
  #oldListRepeat(): unknown {
    const type = this.#typeAt(this.int("the number of a type"));
    return this.#list(type, this.int("the length of a list"));
  }

  #map(type: string | null): unknown {
    return this.#isExact ? this.#exactMap(type) : this.#plainMap();
  }

  #plainMap(): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    this.refer(map);
    this.enter();
    while (!this.isEnd()) {
      const key = this.read();
      map.set(key, this.read());
    }
    this.leave();
    return map;
  }

  #exactMap(type: string | null): JavaMap {
    const entries: [unknown, unknown][] = [];
    const map = new JavaMap(type, entries);
    this.refer(map);
    this.enter();
    while (!this.isEnd()) {
      const key = this.read();
      entries.push([key, this.read()]);
    }
    this.leave();
    return map;
  }

  /** A type: its name, which takes the next number, or the number of one. */
  #type(): string {
    const byte = this.byte();
    const kind = this.tags[byte] as number;
    if (kind >= tag.STRING_SHORT && kind <= tag.STRING_CHUNK)
      return this.#newType(this.restOfString(kind, byte));
    this.at--;
    return this.#typeAt(this.int("a type"));
  }

  /** `74 u16 name`, `75 int`, `54 int`, or nothing. */
  #oldType(): string | null {
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first === 0x74) {
      this.at++;
      const length = this.uint16();
      // A type of no characters is none, and takes no number.
      return length === 0 ? null : this.#newType(this.units(length));
    }
    // Java writes 75 and reads 54 as well, which is `true` elsewhere.
    if (first !== 0x75 && first !== 0x54) return null;
    this.at++;
    return this.#typeAt(this.int("the number of a type"));
  }

  #newType(name: string): string {
    this.spend(1);
    this.#types.push(name);
    return name;
  }

  #typeAt(number: number): string {
    const type = this.#types[number];
    if (type === undefined) this.malformed(`type ${number} of ${this.#types.length}`);
    return type;
  }

  #define(kind: number): void {
    const known = this.#cache.find(this.bytes, this.at, this.end);
    if (known !== undefined) {
      this.at += known.bytes.length;
      this.spendDefinition(known.definition.fields.length);
      this.#classes.push(known.read);
      return;
    }
    const start = this.at;
    const name = kind === tag.DEFINITION ? this.name("the name of a class") : this.#oldClassName();
    const count = this.count("the number of fields");
    this.spendDefinition(count);
    const fields: string[] = [];
    for (let i = 0; i < count; i++) fields.push(this.name("the name of a field"));
    const definition = { name, fields };
    const read = this.#find?.(definition) ?? unknownObjectReader(definition);
    this.#classes.push(read);
    this.#cache.add(this.bytes, start, this.at, { definition, read });
  }

  #oldClassName(): string {
    return this.units(this.count("the length of a class name"));
  }

  #object(number: number): unknown {
    const read = this.#classes[number];
    if (read === undefined) this.malformed(`class ${number} of ${this.#classes.length}`);
    this.enter();
    const object = read(this);
    this.leave();
    return object;
  }

  #ref(number: number): unknown {
    if (number < 0 || number >= this.#refs.length) {
      this.malformed(`reference ${number} of ${this.#refs.length}`);
    }
    const value = this.#refs[number];
    if (value === UNFINISHED) this.malformed(`reference ${number} to a value that holds it`);
    return value;
  }
}

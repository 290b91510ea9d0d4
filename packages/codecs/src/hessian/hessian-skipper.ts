import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { Cursor } from "./cursor.ts";
import * as tag from "./tags.ts";

/**
 * Goes over the values of a stream without making anything of them: for proxies, which look at the first few values or change
 * the last one. All that a reader would refuse is refused.
 *
 * ```ts
 * import { HessianSkipper } from "@dualmesh/codecs/hessian";
 *
 * const bytes = Buffer.from("05322e302e327a919204746f6461", "hex");
 * const skipper = new HessianSkipper("4").begin(bytes);
 * console.log(skipper.string()); // => 2.0.2
 * skipper.skip(); // a list of two
 * console.log(skipper.string(), skipper.isAtEnd); // => toda true
 * ```
 */
export class HessianSkipper extends Cursor {
  /** How many fields each class has. */
  protected classes: number[] = [];
  /** Where their names stand. */
  protected fieldsAt: number[] = [];
  #types = 0;
  /** How many lists, maps and objects have begun: the number that the next one takes. */
  references = 0;

  constructor(dialect: tag.HessianDialect, limits?: Partial<DecodeLimits>) {
    super(dialect, decodeLimits(limits));
  }

  /** Begins a stream. */
  begin(bytes: Buffer, from = 0, end: number = bytes.length): this {
    this.start(bytes, from, end);
    if (this.classes.length > 0) {
      this.classes = [];
      this.fieldsAt = [];
    }
    this.#types = 0;
    this.references = 0;
    return this;
  }

  get isAtEnd(): boolean {
    return this.at === this.end;
  }

  /**
   * The next value, which is a string or null.
   *
   * @throws {DecodeError} if it is anything else.
   */
  string(): string | null {
    if (this.at < this.end && this.tags[this.bytes[this.at] as number] === tag.NULL) {
      this.at++;
      return null;
    }
    return this.name("a string");
  }

  /** Whether the next value is an open map, whose entries follow once this has taken its head. */
  enterMap(): boolean {
    const kind = this.at < this.end ? this.tags[this.bytes[this.at] as number] : tag.BAD;
    if (kind !== tag.MAP && kind !== tag.MAP_TYPED && kind !== tag.OLD_MAP) return false;
    this.at++;
    this.countReference();
    if (kind === tag.MAP_TYPED) this.#type();
    else if (kind === tag.OLD_MAP) this.#oldType();
    return true;
  }

  /** Whether the map that was entered ends here; its end is then taken. */
  leaveMap(): boolean {
    return this.isEnd();
  }

  /** @throws {DecodeError} for bytes that are no value. */
  skip(): void {
    let isDefined = false;
    for (;;) {
      const byte = this.byte();
      this.spend(1);
      const kind = this.tags[byte] as number;
      if (kind === tag.DEFINITION || kind === tag.OLD_DEFINITION) {
        this.define(kind);
        isDefined = true;
      } else if (kind < tag.LIST_SHORT && !isDefined) {
        this.#skipScalar(kind, byte);
        return;
      } else {
        if (isDefined && !tag.isObject(kind))
          this.badTag(byte, "an object of the class that was just defined");
        this.#skipContainer(kind, byte);
        return;
      }
    }
  }

  #skipScalar(kind: number, byte: number): void {
    switch (kind) {
      case tag.STRING_SHORT:
      case tag.STRING_MEDIUM:
      case tag.STRING_FINAL:
      case tag.STRING_CHUNK:
        this.#skipString(kind, byte);
        break;
      case tag.BINARY_SHORT:
      case tag.BINARY_MEDIUM:
      case tag.BINARY_FINAL:
      case tag.BINARY_CHUNK:
        this.#skipChunks(kind, byte, tag.BINARY_SHORT, 0x20, 0x34);
        break;
      case tag.BAD:
        this.badTag(byte, "a value");
        break;
      default:
        this.#advance(tag.SCALAR_BYTES[kind] as number);
    }
  }

  #skipContainer(kind: number, byte: number): void {
    switch (kind) {
      case tag.LIST_SHORT:
        this.#items(byte - 0x78);
        break;
      case tag.LIST_FIXED:
        this.#items(this.int("the length of a list"));
        break;
      case tag.LIST_TYPED_SHORT:
        this.#type();
        this.#items(byte - 0x70);
        break;
      case tag.LIST_TYPED:
        this.#type();
        this.#items(this.int("the length of a list"));
        break;
      case tag.LIST_OPEN_TYPED:
        this.#type();
        this.#untilEnd(1);
        break;
      case tag.LIST_OPEN:
        this.#untilEnd(1);
        break;
      case tag.MAP_TYPED:
        this.#type();
        this.#untilEnd(2);
        break;
      case tag.MAP:
        this.#untilEnd(2);
        break;
      case tag.OLD_MAP:
        this.#oldType();
        this.#untilEnd(2);
        break;
      case tag.OLD_LIST:
        this.#oldList();
        break;
      case tag.OLD_LIST_REPEAT:
        this.#knownType();
        this.#items(this.int("the length of a list"));
        break;
      case tag.OBJECT_SHORT:
        this.#fields(byte - 0x60);
        break;
      case tag.OBJECT:
      case tag.OLD_OBJECT:
        this.#fields(this.int("the number of a class"));
        break;
      case tag.REF:
        this.#ref(this.int("the number of a reference"));
        break;
      case tag.OLD_REF_1:
        this.#ref(this.byte());
        break;
      case tag.OLD_REF_2:
        this.#ref(this.uint16());
        break;
      case tag.OLD_REF_4:
        this.#ref(this.int32());
        break;
      default:
        this.badTag(byte, "a value");
    }
  }

  #advance(count: number): void {
    this.need(count);
    this.at += count;
  }

  #skipString(kind: number, byte: number): void {
    this.#skipChunks(kind, byte, tag.STRING_SHORT, 0, 0x30);
  }

  /** A string or a binary, whose four kinds stand in one order: short, medium, final, chunk. */
  #skipChunks(firstKind: number, firstByte: number, first: number, short: number, medium: number): void {
    const start = this.at;
    let form = firstKind - first;
    let byte = firstByte;
    for (;;) {
      if (form < 0 || form > CHUNK) this.badTag(byte, "the next chunk of a string or a binary");
      const isMedium = form === MEDIUM;
      const length =
        form === SHORT ? byte - short : isMedium ? ((byte - medium) << 8) | this.byte() : this.uint16();
      if (first === tag.STRING_SHORT) this.skipUnits(length);
      else this.#advance(length);
      this.checkStringBytes(start);
      if (form !== CHUNK) return;
      this.spend(1);
      byte = this.byte();
      form = (this.tags[byte] as number) - first;
    }
  }

  protected countReference(): void {
    if (++this.references > this.limits.maxReferences) {
      this.tooMuch("references", this.references, this.limits.maxReferences);
    }
  }

  #items(count: number): void {
    this.checkCount(count, "the length of a list");
    this.countReference();
    this.#values(count);
  }

  #values(count: number): void {
    this.enter();
    for (let i = 0; i < count; i++) this.skip();
    this.leave();
  }

  /** @param each How many values belong together: 2 in a map. */
  #untilEnd(each: number): void {
    this.countReference();
    this.enter();
    while (!this.isEnd()) for (let i = 0; i < each; i++) this.skip();
    this.leave();
  }

  #ref(number: number): void {
    if (number < 0 || number >= this.references) this.malformed(`reference ${number} of ${this.references}`);
  }

  #oldList(): void {
    this.#oldType();
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first !== 0x6e && first !== 0x6c) {
      this.#untilEnd(1);
      return;
    }
    this.at++;
    this.#items(first === 0x6e ? this.byte() : this.int32());
    if (!this.isEnd()) this.malformed("a list goes on behind its length");
  }

  #fields(number: number): void {
    const count = this.fieldCount(number);
    this.countReference();
    this.#values(count);
  }

  protected fieldCount(number: number): number {
    return this.classes[number] ?? this.malformed(`class ${number} of ${this.classes.length}`);
  }

  #type(): void {
    const byte = this.byte();
    const kind = this.tags[byte] as number;
    if (kind >= tag.STRING_SHORT && kind <= tag.STRING_CHUNK) {
      this.#skipString(kind, byte);
      this.#types++;
      return;
    }
    this.at--;
    this.#knownType();
  }

  #knownType(): void {
    const number = this.int("a type");
    if (number < 0 || number >= this.#types) this.malformed(`type ${number} of ${this.#types}`);
  }

  #oldType(): void {
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first !== 0x74 && first !== 0x75 && first !== 0x54) return;
    this.at++;
    if (first !== 0x74) {
      this.#knownType();
      return;
    }
    const length = this.uint16();
    this.skipUnits(length);
    if (length > 0) this.#types++;
  }

  protected define(kind: number): void {
    if (kind === tag.DEFINITION) this.#skipName("the name of a class");
    else this.skipUnits(this.count("the length of a class name"));
    const count = this.count("the number of fields");
    this.spendDefinition(count);
    this.fieldsAt.push(this.at);
    for (let i = 0; i < count; i++) this.#skipName("the name of a field");
    this.classes.push(count);
  }

  #skipName(due: string): void {
    const byte = this.byte();
    const kind = this.tags[byte] as number;
    if (kind < tag.STRING_SHORT || kind > tag.STRING_CHUNK) this.badTag(byte, due);
    this.#skipString(kind, byte);
  }
}

// The kinds of strings and binaries, counted from their first.
const SHORT = 0;
const MEDIUM = 1;
const CHUNK = 3;

import { Cursor } from "../hessian/cursor.ts";
import * as tag from "../hessian/tags.ts";
import { readInt64 } from "../hessian/wide-numbers.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { javaText } from "./java-text.ts";
import { quoted, type Spans } from "./span.ts";

/**
 * Says of every byte of a stream of values what it is. Gets as far as the bytes do: what was understood is in
 * {@link spans} when it throws.
 */
export class HessianExplainer extends Cursor {
  readonly #spans: Spans;
  readonly #classes: { readonly name: string; readonly fields: readonly string[] }[] = [];
  readonly #types: string[] = [];
  #refs = 0;

  constructor(dialect: tag.HessianDialect, limits: DecodeLimits, spans: Spans) {
    super(dialect, limits);
    this.#spans = spans;
  }

  /**
   * Explains all values from `from` to `end`.
   *
   * @throws {DecodeError} for bytes that are none.
   */
  explain(bytes: Buffer, from: number, end: number): void {
    this.start(bytes, from, end);
    while (this.at < end) this.#value("");
  }

  /** @param label What the value is in what holds it: the name of a field. */
  #value(label: string): void {
    for (let isDefined = false; ; isDefined = true) {
      const at = this.at;
      const byte = this.byte();
      this.spend(1);
      const kind = this.tags[byte] as number;
      if (isDefined && !tag.isObject(kind)) this.badTag(byte, "an object of the class that was just defined");
      if (kind === tag.DEFINITION || kind === tag.OLD_DEFINITION) this.#definition(kind, at);
      else if (kind < tag.LIST_SHORT) {
        this.#close(at, label, this.#scalar(kind, byte));
        return;
      } else {
        this.#container(kind, byte, at, label);
        return;
      }
    }
  }

  #close(at: number, label: string, what: string): void {
    this.#spans.add(at, this.at - at, label === "" ? what : `${label}: ${what}`);
  }

  #scalar(kind: number, byte: number): string {
    switch (kind) {
      case tag.NULL:
        return "null";
      case tag.TRUE:
        return "true";
      case tag.FALSE:
        return "false";
      case tag.INT_1:
        return `int ${byte - 0x90}`;
      case tag.INT_2:
        return `int ${this.compact2(byte, 0xc8)}`;
      case tag.INT_3:
        return `int ${this.compact3(byte, 0xd4)}`;
      case tag.INT_4:
        return `int ${this.int32()}`;
      case tag.LONG_1:
        return `long ${byte - 0xe0}`;
      case tag.LONG_2:
        return `long ${this.compact2(byte, 0xf8)}`;
      case tag.LONG_3:
        return `long ${this.compact3(byte, 0x3c)}`;
      case tag.LONG_4:
        return `long ${this.int32()}`;
      case tag.LONG_8:
        return `long ${this.#int64()}`;
      case tag.DOUBLE_0:
        return "double 0.0";
      case tag.DOUBLE_1:
        return "double 1.0";
      case tag.DOUBLE_BYTE:
        return `double ${javaText(this.int8())}`;
      case tag.DOUBLE_SHORT:
        return `double ${javaText(this.int16())}`;
      case tag.DOUBLE_MILLIS:
        return `double ${javaText(0.001 * this.int32())}, in thousandths`;
      case tag.DOUBLE_FLOAT:
        this.need(4);
        this.at += 4;
        return `double ${javaText(this.bytes.readFloatBE(this.at - 4))}, as a float`;
      case tag.DOUBLE_8:
        this.need(8);
        this.at += 8;
        return `double ${javaText(this.bytes.readDoubleBE(this.at - 8))}`;
      case tag.DATE_MS:
        return `date ${dateText(Number(this.#int64()))}, in milliseconds`;
      case tag.DATE_MINUTES:
        return `date ${dateText(this.int32() * 60_000)}, in minutes`;
      case tag.BINARY_SHORT:
      case tag.BINARY_MEDIUM:
      case tag.BINARY_FINAL:
      case tag.BINARY_CHUNK:
        return this.#binary(kind, byte);
      default:
        if (kind < tag.STRING_SHORT || kind > tag.STRING_CHUNK) return this.badTag(byte, "a value");
        return `string ${quoted(this.restOfString(kind, byte))}`;
    }
  }

  #int64(): number | bigint {
    this.need(8);
    this.at += 8;
    return readInt64(this.bytes, this.at - 8);
  }

  #binary(first: number, firstByte: number): string {
    let kind = first;
    let byte = firstByte;
    let total = 0;
    for (let chunks = 1; ; chunks++) {
      const isMedium = kind === tag.BINARY_MEDIUM;
      const length =
        kind === tag.BINARY_SHORT
          ? byte - 0x20
          : isMedium
            ? ((byte - 0x34) << 8) | this.byte()
            : this.uint16();
      this.need(length);
      this.at += length;
      total += length;
      if (kind !== tag.BINARY_CHUNK)
        return `binary, ${total} bytes${chunks > 1 ? ` in ${chunks} chunks` : ""}`;
      byte = this.byte();
      kind = this.tags[byte] as number;
      if (kind < tag.BINARY_SHORT || kind > tag.BINARY_CHUNK) this.badTag(byte, "the next chunk of a binary");
    }
  }

  #definition(kind: number, at: number): void {
    const name =
      kind === tag.DEFINITION
        ? this.name("the name of a class")
        : this.units(this.count("the length of a class name"));
    const count = this.count("the number of fields");
    this.spendDefinition(count);
    const fields: string[] = [];
    for (let i = 0; i < count; i++) fields.push(this.name("the name of a field"));
    this.#classes.push({ name, fields });
    this.#close(at, "", `definition of class ${this.#classes.length - 1}, ${name} { ${fields.join(", ")} }`);
  }

  #container(kind: number, byte: number, at: number, label: string): void {
    switch (kind) {
      case tag.LIST_SHORT:
        this.#list(at, label, null, byte - 0x78);
        break;
      case tag.LIST_FIXED:
        this.#list(at, label, null, this.int("the length of a list"));
        break;
      case tag.LIST_TYPED_SHORT:
        this.#list(at, label, this.#type(), byte - 0x70);
        break;
      case tag.LIST_TYPED: {
        const type = this.#type();
        this.#list(at, label, type, this.int("the length of a list"));
        break;
      }
      case tag.LIST_OPEN:
        this.#open(at, label, "list without a length", null, 1);
        break;
      case tag.LIST_OPEN_TYPED:
        this.#open(at, label, "list without a length", this.#type(), 1);
        break;
      case tag.MAP:
        this.#open(at, label, "map", null, 2);
        break;
      case tag.MAP_TYPED:
        this.#open(at, label, "map", this.#type(), 2);
        break;
      case tag.OLD_MAP:
        this.#open(at, label, "map", this.#oldType(), 2);
        break;
      case tag.OLD_LIST:
        this.#oldList(at, label);
        break;
      case tag.OLD_LIST_REPEAT: {
        const type = this.#typeAt(this.int("the number of a type"));
        this.#list(at, label, type, this.int("the length of a list"));
        break;
      }
      case tag.OBJECT_SHORT:
        this.#object(at, label, byte - 0x60);
        break;
      case tag.OBJECT:
      case tag.OLD_OBJECT:
        this.#object(at, label, this.int("the number of a class"));
        break;
      case tag.REF:
        this.#ref(at, label, this.int("the number of a reference"));
        break;
      case tag.OLD_REF_1:
        this.#ref(at, label, this.byte());
        break;
      case tag.OLD_REF_2:
        this.#ref(at, label, this.uint16());
        break;
      case tag.OLD_REF_4:
        this.#ref(at, label, this.int32());
        break;
      default:
        this.badTag(byte, "a value");
    }
  }

  #begin(at: number, label: string, what: string): void {
    this.#close(at, label, `#${this.#refs++} ${what}`);
    this.enter();
    this.#spans.depth++;
  }

  #end(): void {
    this.#spans.depth--;
    this.leave();
  }

  #list(at: number, label: string, type: string | null, count: number): void {
    this.checkCount(count, "the length of a list");
    this.#begin(at, label, `list of ${count}${ofType(type)}`);
    for (let i = 0; i < count; i++) this.#value(`[${i}]`);
    this.#end();
  }

  #open(at: number, label: string, what: string, type: string | null, each: number): void {
    this.#begin(at, label, `${what}${ofType(type)}`);
    for (let i = 0; ; i++) {
      const here = this.at;
      if (this.isEnd()) {
        this.#end();
        this.#close(here, "", "end");
        return;
      }
      this.#value(each === 1 ? `[${i}]` : "key");
      if (each === 2) this.#value("value");
    }
  }

  #oldList(at: number, label: string): void {
    const type = this.#oldType();
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first !== 0x6e && first !== 0x6c) {
      this.#open(at, label, "list without a length", type, 1);
      return;
    }
    this.at++;
    this.#list(at, label, type, first === 0x6e ? this.byte() : this.int32());
    const here = this.at;
    if (!this.isEnd()) this.malformed("a list goes on behind its length");
    this.#close(here, "", "end");
  }

  #object(at: number, label: string, number: number): void {
    const known = this.#classes[number];
    if (known === undefined) this.malformed(`class ${number} of ${this.#classes.length}`);
    this.#begin(at, label, `object of class ${number}, ${known.name}`);
    for (const field of known.fields) this.#value(field);
    this.#end();
  }

  #ref(at: number, label: string, number: number): void {
    if (number < 0 || number >= this.#refs) this.malformed(`reference ${number} of ${this.#refs}`);
    this.#close(at, label, `reference to #${number}`);
  }

  #type(): string {
    const byte = this.byte();
    const kind = this.tags[byte] as number;
    if (kind < tag.STRING_SHORT || kind > tag.STRING_CHUNK) {
      this.at--;
      return this.#typeAt(this.int("a type"));
    }
    const type = this.restOfString(kind, byte);
    this.#types.push(type);
    return type;
  }

  #oldType(): string | null {
    const first = this.at < this.end ? this.bytes[this.at] : undefined;
    if (first !== 0x74 && first !== 0x75 && first !== 0x54) return null;
    this.at++;
    if (first !== 0x74) return this.#typeAt(this.int("the number of a type"));
    const type = this.units(this.uint16());
    if (type !== "") this.#types.push(type);
    return type === "" ? null : type;
  }

  #typeAt(number: number): string {
    const type = this.#types[number];
    if (type === undefined) this.malformed(`type ${number} of ${this.#types.length}`);
    return type;
  }
}

function ofType(type: string | null): string {
  return type === null ? "" : `, ${type}`;
}

function dateText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms}`;
}

import type { AnyJavaType, JavaType } from "../hessian/java-type.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { keyText, type PlainValue, plainOf } from "./plain-value.ts";
import { formatTimestamp } from "./timestamp.ts";
import { type BareShape, bareType, fieldsOf } from "./type-shape.ts";
import { shown, ValuePath } from "./value-path.ts";

/**
 * A value as JSON, by the rules of {@link readJson}: longs as text, a null field as null. Fields stand in the order in which their
 * class declares them.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { writeJson } from "@dualmesh/codecs/translate";
 *
 * const Order = java.class("com.example.Order", { id: java.long, paid: java.date });
 * console.log(writeJson({ id: 7n, paid: new Date(0) }, Order)); // => {"id":"7","paid":"1970-01-01T00:00:00Z"}
 * ```
 * @param limits Values that several others refer to are written several times: `maxBytes` counts characters of the text.
 * @throws {TranslateError} with the path of a value that is not of its type.
 */
export function writeJson<T>(value: T, type: JavaType<T>, limits?: Partial<DecodeLimits>): string {
  return jsonOf(value, type, new ValuePath("json", decodeLimits(limits)));
}

export function jsonOf(value: unknown, type: AnyJavaType, path: ValuePath): string {
  const output = new JsonOutput(path);
  output.value(value, type);
  return output.text;
}

class JsonOutput {
  text = "";
  readonly #path: ValuePath;

  constructor(path: ValuePath) {
    this.#path = path;
  }

  value(value: unknown, type: AnyJavaType): void {
    if (value === null || value === undefined) this.#put("null");
    else this.#present(value, bareType(type).shape, type.name);
  }

  #present(value: unknown, shape: BareShape, name: string): void {
    switch (shape.kind) {
      case "boolean":
        this.#put(typeof value === "boolean" ? String(value) : this.#unfit(value, name));
        break;
      case "byte":
      case "short":
      case "int":
        this.#put(Number.isInteger(value) ? String(value) : this.#unfit(value, name));
        break;
      case "long":
      case "safe-long":
        if (typeof value !== "bigint" && !Number.isSafeInteger(value)) this.#unfit(value, name);
        this.#put(`"${String(value)}"`);
        break;
      case "float":
      case "double":
        if (typeof value !== "number") this.#unfit(value, name);
        else this.#put(numberText(value, shape.kind === "float"));
        break;
      case "char":
      case "string":
      case "text":
      case "enum":
        this.#string(typeof value === "string" ? value : this.#unfit(value, name));
        break;
      case "big-integer":
        this.#put(typeof value === "bigint" ? `"${value}"` : this.#unfit(value, name));
        break;
      case "bytes":
        if (!(value instanceof Uint8Array)) this.#unfit(value, name);
        else this.#put(`"${Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64")}"`);
        break;
      case "date": {
        const text = value instanceof Date ? formatTimestamp(value) : this.#unfit(value, name);
        this.#put(`"${text ?? this.#path.fail("a date beyond the years 1 to 9999")}"`);
        break;
      }
      case "any":
        this.#plain(plainOf(value, this.#path));
        break;
      case "list":
      case "set":
        if (shape.kind === "set" ? !(value instanceof Set) : !Array.isArray(value)) this.#unfit(value, name);
        this.#items([...(value as Iterable<unknown>)], (item) => this.value(item, shape.item));
        break;
      case "map": {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
          this.#unfit(value, name);
          break;
        }
        const entries = value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value);
        this.#entries(
          entries,
          (key) => this.#key(key),
          (item) => this.value(item, shape.value),
        );
        break;
      }
      case "class":
        if (typeof value !== "object" || value === null) this.#unfit(value, name);
        else this.#fields(value as Readonly<Record<string, unknown>>, fieldsOf(shape));
        break;
      default:
        shape satisfies never;
    }
  }

  #fields(value: Readonly<Record<string, unknown>>, fields: ReadonlyMap<string, AnyJavaType>): void {
    let separator = "{";
    for (const [name, type] of fields) {
      this.#path.enter(name);
      this.#put(`${separator}${JSON.stringify(name)}:`);
      this.value(value[name], type);
      this.#path.leave();
      separator = ",";
    }
    this.#put(separator === "{" ? "{}" : "}");
  }

  #items(items: readonly unknown[], write: (item: unknown) => void): void {
    this.#put("[");
    for (const [i, item] of items.entries()) {
      if (i > 0) this.#put(",");
      this.#path.enter(i);
      write(item);
      this.#path.leave();
    }
    this.#put("]");
  }

  #entries(
    entries: Iterable<readonly [key: unknown, value: unknown]>,
    textOf: (key: unknown) => string,
    write: (value: unknown) => void,
  ): void {
    let separator = "{";
    for (const [key, value] of entries) {
      const text = textOf(key);
      this.#path.enterKey(text);
      this.#put(separator);
      this.#string(text);
      this.#put(":");
      write(value);
      this.#path.leave();
      separator = ",";
    }
    this.#put(separator === "{" ? "{}" : "}");
  }

  #key(key: unknown): string {
    if (key instanceof Date) return formatTimestamp(key) ?? this.#unfit(key, "a key");
    return keyText(key) ?? this.#unfit(key, "a key");
  }

  #plain(value: PlainValue): void {
    if (value === null) this.#put("null");
    else if (typeof value === "string") this.#string(value);
    else if (typeof value === "number") this.#put(numberText(value, false));
    else if (typeof value === "boolean") this.#put(String(value));
    else if (value instanceof Map) this.#entries(value, String, (item) => this.#plain(item as PlainValue));
    else this.#items(value as readonly PlainValue[], (item) => this.#plain(item as PlainValue));
  }

  #string(value: string): void {
    this.#put(JSON.stringify(value));
  }

  #put(text: string): void {
    this.text += text;
    const { maxBytes } = this.#path.limits;
    if (this.text.length > maxBytes) this.#path.tooMuch("characters", this.text.length, maxBytes);
  }

  #unfit(value: unknown, due: string): never {
    return this.#path.fail(`expected ${due}, got ${shown(value)}`);
  }
}

/** A number as JSON; of a float the fewest digits that make it again. */
function numberText(value: number, isFloat: boolean): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return "-0";
  if (!isFloat) return String(value);
  const float = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return String(short);
  }
  return Number.isFinite(float) ? String(Number(float.toPrecision(9))) : String(value);
}

import type { AnyJavaType } from "../hessian/java-type.ts";
import type { ProtoConstant, ProtoField, ProtoMessage, ProtoScalar, ProtoValue } from "./proto-message.ts";
import { protoTypeName } from "./proto-message.ts";
import { type BareType, bareType, type ClassShape, fieldsOf } from "./type-shape.ts";

type EnumValue = Extract<ProtoValue, { readonly kind: "enum" }>;

const SCALARS: Readonly<Record<string, ProtoScalar>> = {
  boolean: "bool",
  byte: "int32",
  short: "int32",
  int: "int32",
  long: "int64",
  "safe-long": "int64",
  float: "float",
  double: "double",
  char: "string",
  string: "string",
  text: "string",
  "big-integer": "string",
  bytes: "bytes",
};

/** What a key may be in a schema; everything else that is text in JSON is text here. */
const KEYS: ReadonlySet<string> = new Set(["int32", "int64", "bool", "string"]);

/**
 * Makes messages of the types of one service. Numbers go by the order of declaration: what is appended changes nothing of what was
 * there.
 */
export class ProtoCompiler {
  /** In the order in which they were found. */
  readonly messages: ProtoMessage[] = [];
  readonly enums: EnumValue[] = [];
  readonly #subject: string;
  readonly #names = new Map<string, string>();
  readonly #ofClasses = new Map<AnyJavaType, ProtoMessage>();
  readonly #ofEnums = new Map<AnyJavaType, EnumValue>();

  /** @param subject Whose types they are, as errors name it. */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** Takes a name, so that no class gets it. */
  reserve(name: string): void {
    if (this.#names.has(name)) throw new RangeError(`${this.#subject}: two messages are named ${name}`);
    this.#names.set(name, name);
  }

  /** A message of some fields, whose name was reserved. */
  message(name: string, fields: ReadonlyMap<string, AnyJavaType>): ProtoMessage {
    return this.#define({ name, holds: "fields", of: (record) => record }, fields);
  }

  #define(
    head: Pick<ProtoMessage, "name" | "holds" | "of">,
    fields: ReadonlyMap<string, AnyJavaType>,
    known?: (message: ProtoMessage) => void,
  ): ProtoMessage {
    const list: ProtoField[] = [];
    const byNumber = new Map<number, ProtoField>();
    const message: ProtoMessage = { ...head, fields: list, byNumber };
    this.messages.push(message);
    // Before its fields are looked at: a class may know itself.
    known?.(message);
    const names = new Set<string>();
    for (const [javaName, type] of fields) {
      const name = identifier(javaName);
      if (names.has(name))
        throw new RangeError(`${this.#subject}: two fields of ${head.name} are named ${name}`);
      if (javaName === "__proto__")
        throw new RangeError(`${this.#subject}: a field cannot be named __proto__`);
      names.add(name);
      const field = this.#field(name, javaName, list.length + 1, type);
      list.push(field);
      byNumber.set(field.number, field);
    }
    return message;
  }

  #field(name: string, javaName: string, number: number, type: AnyJavaType): ProtoField {
    const bare = bareType(type);
    const { shape } = bare;
    const common = { name, javaName, number, type, bare };
    if (shape.kind === "list" || shape.kind === "set") {
      const item = bareType(shape.item);
      return {
        ...common,
        label: "repeated",
        value: this.#value(item),
        item,
        key: undefined,
        keyType: undefined,
      };
    }
    if (shape.kind === "map") {
      const [keyType, item] = [bareType(shape.key), bareType(shape.value)];
      return { ...common, label: "map", key: this.#key(keyType), value: this.#value(item), item, keyType };
    }
    const value = this.#value(bare);
    const hasPresence = bare.isNullable && value.kind in SCALAR_NAMES;
    return {
      ...common,
      label: hasPresence ? "optional" : "",
      value,
      item: bare,
      key: undefined,
      keyType: undefined,
    };
  }

  #key(type: BareType): ProtoValue {
    const value = this.#value(type);
    if (value.kind === "enum") return { kind: "string", shape: type.shape };
    if (KEYS.has(value.kind)) return value;
    throw new RangeError(`${this.#subject}: a map of Protocol Buffers has no keys of ${type.type.name}`);
  }

  #value(type: BareType): ProtoValue {
    const { shape } = type;
    switch (shape.kind) {
      case "date":
        return { kind: "timestamp" };
      case "any":
        return { kind: "value" };
      case "enum":
        return this.#enum(type.type, shape.className, shape.constants);
      case "class":
        return { kind: "message", message: this.#class(type.type, shape) };
      case "list":
      case "set":
      case "map":
        return { kind: "message", message: this.#holder(type) };
      default:
        return { kind: SCALARS[shape.kind] as ProtoScalar, shape };
    }
  }

  #class(type: AnyJavaType, shape: ClassShape): ProtoMessage {
    const known = this.#ofClasses.get(type);
    if (known !== undefined) return known;
    const name = this.#nameOf(shape.className);
    return this.#define(
      { name, holds: "fields", of: (record) => shape.of(record) },
      fieldsOf(shape),
      (message) => this.#ofClasses.set(type, message),
    );
  }

  /** A message around a list or a map, where a schema has room for one value alone. */
  #holder(type: BareType): ProtoMessage {
    const known = this.#ofClasses.get(type.type);
    if (known !== undefined) return known;
    const { shape } = type;
    const isMap = shape.kind === "map";
    const field = this.#field(isMap ? "entries" : "items", "", 1, type.type);
    const item = capital(protoTypeName(field.value));
    const name = isMap ? `${capital(protoTypeName(field.key as ProtoValue))}${item}Map` : `${item}List`;
    const message: ProtoMessage = {
      name: this.#holderName(name),
      holds: "value",
      fields: [field],
      byNumber: new Map([[1, field]]),
      of: (record) => record[""],
    };
    this.#ofClasses.set(type.type, message);
    // Two types may lie in one message: a list of numbers, and of boxes of numbers.
    if (!this.messages.some((other) => other.name === message.name)) this.messages.push(message);
    return message;
  }

  #enum(type: AnyJavaType, className: string, constants: readonly string[]): EnumValue {
    const known = this.#ofEnums.get(type);
    if (known !== undefined) return known;
    const name = this.#nameOf(className);
    const prefix = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toUpperCase();
    const all: ProtoConstant[] = constants.map((java) => ({ java, name: `${prefix}_${identifier(java)}` }));
    const value: EnumValue = { kind: "enum", name, constants: all };
    this.enums.push(value);
    this.#ofEnums.set(type, value);
    return value;
  }

  /** The class's own name; with its package, where another has that name. */
  #nameOf(className: string): string {
    const short = identifier(className.slice(className.lastIndexOf(".") + 1));
    const long = identifier(className);
    const name = this.#names.has(short) ? long : short;
    const owner = this.#names.get(name);
    if (owner !== undefined) {
      throw new RangeError(`${this.#subject}: two types are named ${className}`);
    }
    // A class in its long form is known by its short one, too: it is met once more only if it is another one.
    if (name === long && [...this.#names.values()].includes(className)) {
      throw new RangeError(`${this.#subject}: two types are named ${className}`);
    }
    this.#names.set(name, className);
    return name;
  }

  #holderName(wanted: string): string {
    let name = wanted;
    while (this.#names.has(name) && this.#names.get(name) !== HOLDER) name += "_";
    this.#names.set(name, HOLDER);
    return name;
  }
}

/** Stands for the owner of a name that is no class's. */
const HOLDER = "[";

const SCALAR_NAMES: Readonly<Record<ProtoScalar, true>> = {
  int32: true,
  int64: true,
  float: true,
  double: true,
  bool: true,
  string: true,
  bytes: true,
};

/** A name of Java's as a schema may have it: letters, digits and `_`, no digit in front. */
export function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z\d_]/g, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

export function capital(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return last.slice(0, 1).toUpperCase() + last.slice(1);
}

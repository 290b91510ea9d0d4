import { describeValue, EncodeError } from "./encode-error.ts";
import type { HessianWriter } from "./hessian-writer.ts";
import { INSTANCE_CLASS, type InstanceWriter, instanceClassOf } from "./instance-class.ts";
import type { ClassDefinition } from "./java-object.ts";
import type { JavaShape, ShapeField } from "./java-shape.ts";
import {
  type AnyJavaType,
  type JavaType,
  type PlainScalar,
  REFUSED,
  type RegisteredClass,
} from "./java-type.ts";
import type { ObjectReader } from "./object-reader.ts";
import { StreamWriter } from "./stream-writer.ts";

/** The types of a class's fields, by name, in the order in which Java declares them. */
export type Fields<T> = { readonly [Name in keyof T]-?: JavaType<T[Name]> };

export interface JavaClassOptions {
  /** Whose fields it has, too, behind its own. */
  readonly extends?: JavaClass<object>;
}

/** What a class declares that its parent does not; a field that hides one of the parent's may stand there, too. */
type OwnFields<T, Parent> = Fields<Omit<T, keyof Parent>> & Partial<Fields<T>>;

/**
 * A Java class, as the plain shape `T` of its fields. Objects of it are read as such, and made by {@link of}; they keep their
 * class on their prototype, so that a subclass, or an `any`, is written as what it is.
 */
export interface JavaClass<T extends object> extends JavaType<T | null>, RegisteredClass {
  readonly className: string;
  /** An object of this class with these fields. */
  of(fields: T): T;
}

/** What a writer puts in front of the objects of a class, made once for each dialect and order. */
interface ClassLayout {
  readonly types: readonly AnyJavaType[];
  /** For each field, one of {@link PLAIN}; 0 for others. */
  readonly plain: Uint8Array;
  readonly definition: ClassDefinition;
  /** The definition as it is on the wire. */
  readonly bytes: Buffer;
}

/**
 * ```ts
 * import { java, type ValueOf } from "@dualmesh/codecs/hessian";
 *
 * const Address = java.class("com.example.Address", { city: java.string, zip: java.int });
 * type Address = ValueOf<typeof Address>;
 *
 * const address: Address = Address.of({ city: "Hangzhou", zip: 310000 });
 * console.log(address.city); // => Hangzhou
 * ```
 *
 * @param fields A function for a class that knows itself, or one that is declared below; it is called once, when first needed.
 */
export function javaClass<T extends object>(
  className: string,
  fields: Fields<T> | (() => Fields<T>),
  options?: JavaClassOptions,
): JavaClass<T>;
/** One that extends another: `java.class<Dog, Animal>("com.example.Dog", { breed: java.string }, { extends: Animal })`. */
export function javaClass<T extends object, Parent extends object>(
  className: string,
  fields: OwnFields<T, Parent> | (() => OwnFields<T, Parent>),
  options: { readonly extends: JavaClass<Parent> },
): JavaClass<T>;
export function javaClass<T extends object>(
  className: string,
  fields: DeclaredFields | (() => DeclaredFields),
  options: JavaClassOptions = {},
): JavaClass<T> {
  return new RegisteredJavaClass(className, fields, options);
}

type DeclaredFields = Readonly<Record<string, AnyJavaType | undefined>>;

class RegisteredJavaClass<T extends object> implements JavaClass<T> {
  readonly name: string;
  readonly className: string;
  readonly javaName: string;
  readonly arrayName: string;
  readonly classNames: readonly string[];
  readonly absent = null;
  readonly shape: JavaShape;
  readonly #declared: DeclaredFields | (() => DeclaredFields);
  readonly #parent: RegisteredJavaClass<object> | undefined;
  #fields: readonly ShapeField[] | undefined;
  #byName: ReadonlyMap<string, AnyJavaType> | undefined;
  /** By dialect and order. */
  readonly #layouts: (ClassLayout | undefined)[] = [];
  readonly #make: new () => object;
  readonly #prototype: object;

  constructor(className: string, fields: DeclaredFields | (() => DeclaredFields), options: JavaClassOptions) {
    this.name = className;
    this.className = className;
    this.javaName = className;
    this.arrayName = className;
    this.classNames = [className];
    this.#declared = fields;
    this.#parent = options.extends as RegisteredJavaClass<object> | undefined;
    this.#make = instanceMaker(className, this);
    this.#prototype = this.#make.prototype as object;
    this.shape = {
      kind: "class",
      className,
      fields: () => this.#all,
      of: (values) => Object.assign(new this.#make(), values),
    };
  }

  get #all(): readonly ShapeField[] {
    if (this.#fields !== undefined) return this.#fields;
    const declared = typeof this.#declared === "function" ? this.#declared() : this.#declared;
    const own = Object.entries(declared) as [string, AnyJavaType][];
    // Java puts the fields of the class itself before those of its parents.
    const parent = this.#parent;
    const all = parent === undefined ? own : [...own, ...parent.#all];
    if (all.some(([name]) => name === "__proto__")) {
      throw new RangeError(`${this.className}: a field cannot be named __proto__`);
    }
    this.#fields = all;
    return all;
  }

  uses(): readonly RegisteredClass[] {
    return [this];
  }

  parts(): readonly RegisteredClass[] {
    return this.#all.flatMap(([, type]) => type.uses());
  }

  of(fields: T): T {
    return Object.assign(new this.#make(), fields) as T;
  }

  accept(value: unknown): T | null | typeof REFUSED {
    if (value === null) return null;
    if (typeof value !== "object") return REFUSED;
    for (
      let known = instanceClassOf(value) as RegisteredJavaClass<object> | undefined;
      known !== undefined;
    ) {
      if ((known as unknown) === this) return value as T;
      known = known.#parent;
    }
    return REFUSED;
  }

  write(writer: HessianWriter, value: T | null): void {
    if (value === null || value === undefined) writer.null();
    else if (typeof value !== "object" || Array.isArray(value)) {
      throw new EncodeError(`expected ${this.className}, got ${describeValue(value)}`);
    } else if (Object.getPrototypeOf(value) === this.#prototype) this.writeInstance(writer, value);
    else (instanceClassOf(value) ?? this).writeInstance(writer, value);
  }

  writeInstance(writer: HessianWriter, value: object): void {
    if (writer.refer(value)) return;
    const layout = this.#layouts[writer.layout] ?? this.#layOut(writer);
    const { types, plain, definition } = layout;
    const names = definition.fields;
    writer.beginObject(definition, layout.bytes);
    let i = 0;
    try {
      // Most objects have their fields in this very order; V8 reads them faster so than each by its name.
      for (const name in value) {
        if (name !== names[i]) break;
        const field = (value as Readonly<Record<string, unknown>>)[name];
        if (!writePlain(writer, plain[i] as number, field)) (types[i] as AnyJavaType).write(writer, field);
        if (++i === types.length) break;
      }
      for (; i < types.length; i++) {
        const field = (value as Readonly<Record<string, unknown>>)[names[i] as string];
        if (!writePlain(writer, plain[i] as number, field)) (types[i] as AnyJavaType).write(writer, field);
      }
    } catch (error) {
      throw error instanceof EncodeError ? error.within(`${names[i]}`, this.className) : error;
    }
    writer.leave();
  }

  #layOut({ profile, layout: at }: HessianWriter): ClassLayout {
    const fields = profile.isReversed ? this.#all.toReversed() : this.#all;
    const definition = { name: this.className, fields: fields.map(([name]) => name) };
    const writer = new StreamWriter({ profile }).begin();
    writer.define(definition);
    const types = fields.map(([, type]) => type);
    const plain = Uint8Array.from(types, (type) => (type.plain === undefined ? 0 : PLAIN[type.plain]));
    const layout = { types, plain, definition, bytes: writer.take() };
    this.#layouts[at] = layout;
    return layout;
  }

  /** Fields are found by their names, whatever the order; what this class does not have is read and dropped. */
  objectReader(definition: ClassDefinition): ObjectReader {
    this.#byName ??= new Map(this.#all);
    const own = this.#byName;
    const names = definition.fields;
    const types = names.map((name) => own.get(name));
    const plain = Uint8Array.from(types, (type) => (type?.plain === undefined ? 0 : PLAIN[type.plain]));
    const present = new Set(names);
    const absent = this.#all.filter(([name]) => !present.has(name));
    const { className } = this;
    const Instance = this.#make;
    return (reader) => {
      const object = new Instance() as Record<string, unknown>;
      reader.refer(object);
      // One byte on the wire may be an object of many fields, none of which is there.
      if (absent.length > 0) reader.spendAbsent(absent.length);
      for (let i = 0; i < types.length; i++) {
        const value = reader.read();
        if (isPlain(plain[i] as number, value)) {
          object[names[i] as string] = value;
          continue;
        }
        const type = types[i];
        if (type === undefined) continue;
        const accepted = type.accept(value);
        if (accepted === REFUSED) {
          reader.malformed(`${className}.${names[i]}: expected ${type.name}, got ${describeValue(value)}`);
        }
        object[names[i] as string] = accepted;
      }
      for (const [name, type] of absent) object[name] = type.absent;
      return object;
    };
  }
}

// Numbers, since texts are compared more slowly than they are written.
const STRING = 1;
const INT = 2;
const LONG = 3;
const DOUBLE = 4;
const BOOLEAN = 5;
const PLAIN: Readonly<Record<PlainScalar, number>> = {
  string: STRING,
  int: INT,
  long: LONG,
  double: DOUBLE,
  boolean: BOOLEAN,
};

/** Writes a field that is what most are; `false`: its type is to look at it. */
function writePlain(writer: HessianWriter, plain: number, field: unknown): boolean {
  switch (plain) {
    case STRING:
      if (typeof field !== "string") return false;
      writer.string(field);
      return true;
    case INT:
      if (typeof field !== "number" || (field | 0) !== field) return false;
      writer.int(field);
      return true;
    case LONG:
      if (typeof field !== "bigint") return false;
      writer.long(field);
      return true;
    case DOUBLE:
      if (typeof field !== "number") return false;
      writer.double(field);
      return true;
    case BOOLEAN:
      if (typeof field !== "boolean") return false;
      writer.bool(field);
      return true;
    default:
      return false;
  }
}

/** Whether a value that was read is what most values of the field are. */
function isPlain(plain: number, value: unknown): boolean {
  switch (plain) {
    case STRING:
      return typeof value === "string";
    case INT:
      return typeof value === "number" && (value | 0) === value;
    case LONG:
      return typeof value === "bigint";
    case DOUBLE:
      return typeof value === "number";
    case BOOLEAN:
      return typeof value === "boolean";
    default:
      return false;
  }
}

/** A constructor whose objects look like `Order { … }`, and know their class. */
function instanceMaker(className: string, type: InstanceWriter): new () => object {
  const make = function (this: object): void {} as unknown as new () => object;
  Object.defineProperty(make, "name", { value: className.slice(className.lastIndexOf(".") + 1) });
  Object.defineProperty(make.prototype, INSTANCE_CLASS, { value: type });
  return make;
}

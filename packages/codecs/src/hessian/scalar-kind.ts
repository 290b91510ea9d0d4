import { describeValue, EncodeError } from "./encode-error.ts";
import type { HessianWriter } from "./hessian-writer.ts";
import { type ClassDefinition, JavaObject } from "./java-object.ts";
import { JavaScalar } from "./java-scalar.ts";
import type { JavaShape } from "./java-shape.ts";
import { type JavaType, REFUSED, type RegisteredClass } from "./java-type.ts";
import type { ObjectReader } from "./object-reader.ts";
import { type HessianProfile, PROFILES } from "./profile.ts";

/** What stands for a value on the wire: an object of a class, with these fields in the order of their declaration. */
export interface WireForm {
  readonly className: string;
  readonly fields: readonly (readonly [name: string, write: (writer: HessianWriter) => void])[];
}

/** How one of Java's small classes goes over the wire, in every shape that Java's libraries give it. */
export interface ScalarKind<T extends string | number | bigint | Date> {
  /** The class in Java. */
  readonly javaName: string;
  /** Default: text. */
  readonly shape?: JavaShape;
  /** All the classes that stand for it. */
  readonly classNames: readonly string[];
  /** Another class whose values may stand for this one's, and which of them do. */
  readonly alias?: { readonly javaName: string; readonly matches: RegExp };
  /** The value by the fields of any of the shapes; `undefined` for one that JavaScript cannot say. */
  read(field: (name: string) => unknown): T | undefined;
  /** @throws {EncodeError} for a value that is none of this class. */
  form(value: T, profile: HessianProfile): WireForm;
}

/** The type of fields, and what a registry needs to read one anywhere. */
export interface ScalarClass<T extends string | number | bigint | Date>
  extends JavaType<T | null>,
    RegisteredClass {
  writeScalar(writer: HessianWriter, value: T): void;
}

export function scalarClass<T extends string | number | bigint | Date>(kind: ScalarKind<T>): ScalarClass<T> {
  const { javaName, classNames, alias } = kind;
  const type: ScalarClass<T> = {
    name: javaName,
    javaName,
    arrayName: javaName,
    absent: null,
    shape: kind.shape ?? { kind: "text", isText: (text) => hasForm(kind, text as T) },
    classNames,
    uses: () => [type],
    parts: () => [],
    accept(value) {
      if (value === null) return null;
      if (!(value instanceof JavaScalar)) return REFUSED;
      const isAlias = value.type === alias?.javaName && alias.matches.test(String(value));
      return value.type === javaName || isAlias ? (value.value as T) : REFUSED;
    },
    write(writer, value) {
      if (value === null || value === undefined) writer.null();
      // A new identity each time: the bare value has none, and takes a number all the same.
      else if (!writer.refer({})) type.writeScalar(writer, value);
    },
    writeScalar(writer, value) {
      const { className, fields } = kind.form(value, writer.profile);
      const ordered = writer.profile.isReversed ? fields.toReversed() : fields;
      writer.beginObject({ name: className, fields: ordered.map(([name]) => name) });
      for (const [, write] of ordered) write(writer);
      writer.leave();
    },
    objectReader: (definition) => scalarReader(kind, definition),
  };
  return type;
}

function hasForm<T extends string | number | bigint | Date>(kind: ScalarKind<T>, value: T): boolean {
  try {
    kind.form(value, PROFILES["sofa-3"]);
    return true;
  } catch (error) {
    if (error instanceof EncodeError) return false;
    throw error;
  }
}

/** Reads all fields, then makes one value of them, or keeps the object if that cannot be done. */
function scalarReader<T extends string | number | bigint | Date>(
  kind: ScalarKind<T>,
  definition: ClassDefinition,
): ObjectReader {
  return (reader) => {
    const number = reader.referLater();
    const object = new JavaObject(definition, []);
    for (let i = 0; i < definition.fields.length; i++) object.values.push(reader.read());
    const value = kind.read((name) => object.get(name));
    return reader.settle(number, value === undefined ? object : new JavaScalar(kind.javaName, value));
  };
}

/** Refuses text that has not the form of a class. */
export function matchForm(pattern: RegExp, javaName: string, value: string): RegExpExecArray {
  const match = typeof value === "string" ? pattern.exec(value) : null;
  if (match === null) throw new EncodeError(`expected ${javaName}, got ${describeValue(value)}`);
  return match;
}

type WriteField = (writer: HessianWriter) => void;

export function intField(value: number): WriteField {
  return (writer) => writer.int(value);
}

export function longField(value: number | bigint): WriteField {
  return (writer) => writer.long(value);
}

export function textField(value: string): WriteField {
  return (writer) => writer.string(value);
}

/** A number without a fraction. Where Java has an int, the wire may have any double: also NaN, of which no bigint can be made. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

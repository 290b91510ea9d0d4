import type { HessianWriter } from "./hessian-writer.ts";
import { descriptorOfName } from "./java-name.ts";
import type { ClassDefinition } from "./java-object.ts";
import type { JavaShape } from "./java-shape.ts";
import type { ObjectReader } from "./object-reader.ts";

/** What {@link JavaType.accept} gives for a value that is not of the type. */
export const REFUSED: unique symbol = Symbol("refused");

/** A {@link JavaType}, whatever it is a type of. */
export interface AnyJavaType {
  /** As errors name it: `int`, `List<String>`, `com.example.Order`. */
  readonly name: string;
  /** As Java's `Class.getName` has it: `int`, `java.util.List`, `[Ljava.lang.String;`. */
  readonly javaName: string;
  /** Its name behind the `[` of an array's type: `int`, `string`, `com.example.Order`, `[int`. */
  readonly arrayName: string;
  /** What a field of this type is where the peer's class has no such field: 0, `false`, null. */
  readonly absent: unknown;
  /** What it is made of. */
  readonly shape: JavaShape;
  /** A value as it came from the wire, as the application wants it; {@link REFUSED} if it is not of this type. */
  accept(value: unknown): unknown;
  /** @throws {EncodeError} for a value that is not of this type. */
  write(writer: HessianWriter, value: unknown): void;
  /**
   * For types of scalars: what a value looks like that needs no look of the type's own, so that a class writes it without a
   * call that goes elsewhere for each field. Default: none.
   */
  readonly plain?: PlainScalar;
  /** The classes that it names itself; a registry asks each of them for its {@link RegisteredClass.parts}. */
  uses(): readonly RegisteredClass[];
}

/**
 * A type as a Java class declares it: how a value of it is written, and what a value that was read is made into. `T` is what
 * an application sees.
 */
export interface JavaType<T> extends AnyJavaType {
  readonly absent: T;
  accept(value: unknown): T | typeof REFUSED;
  write(writer: HessianWriter, value: T): void;
}

/** @see AnyJavaType.plain */
export type PlainScalar = "string" | "int" | "long" | "double" | "boolean";

/** What a registry keeps: something that reads the objects of some classes. */
export interface RegisteredClass {
  /** As they are on the wire. */
  readonly classNames: readonly string[];
  objectReader(definition: ClassDefinition): ObjectReader;
  /** The classes of its fields. */
  parts(): readonly RegisteredClass[];
}

/** What an application sees of a type: `ValueOf<typeof Order>`. */
export type ValueOf<T extends AnyJavaType> = T extends { of(value: infer V): unknown }
  ? V
  : T extends JavaType<infer V>
    ? V
    : never;

/** A type as a method's descriptor has it: `I`, `Ljava/lang/String;`, `[[J`. */
export function descriptorOf({ javaName }: AnyJavaType): string {
  return descriptorOfName(javaName);
}

import { descriptorOfName } from "@dualmesh/codecs/hessian";
/** A type as a Java file declares it. Names are binary ones: `java.util.Map$Entry`. A wildcard is its upper bound already. */
export type JavaTypeRef =
  | { readonly kind: "primitive"; readonly name: Primitive }
  | { readonly kind: "class"; readonly name: string; readonly args: readonly JavaTypeRef[] }
  | { readonly kind: "array"; readonly of: JavaTypeRef }
  | { readonly kind: "variable"; readonly name: string };

export type Primitive = "boolean" | "byte" | "char" | "double" | "float" | "int" | "long" | "short" | "void";

export const OBJECT: JavaTypeRef = { kind: "class", name: "java.lang.Object", args: [] };

/** `T extends Comparable<T>`; of several bounds the first. */
export interface TypeParameter {
  readonly name: string;
  readonly bound: JavaTypeRef;
}

export interface JavaField {
  readonly name: string;
  readonly type: JavaTypeRef;
}

export interface JavaMethod {
  readonly name: string;
  readonly typeParameters: readonly TypeParameter[];
  /** A parameter of a compiled class without names is `arg0`. */
  readonly parameters: readonly JavaField[];
  readonly returns: JavaTypeRef;
  /** Names of exceptions. */
  readonly throws: readonly string[];
}

/** What a class file and a source say alike of a class, an enum, a record or an interface. */
export interface JavaTypeModel {
  readonly name: string;
  readonly kind: "class" | "enum" | "interface";
  readonly typeParameters: readonly TypeParameter[];
  /** `null` for interfaces, enums, records, and classes of no other parent than Object. */
  readonly parent: JavaTypeRef | null;
  readonly interfaces: readonly JavaTypeRef[];
  /** Whether it has a `serialVersionUID`: it is meant to be sent, even if what makes it serializable is in another jar. */
  readonly hasSerialVersion: boolean;
  /** Those that are serialized, in the order in which they are declared: neither static nor transient. */
  readonly fields: readonly JavaField[];
  /** Of an enum. */
  readonly constants: readonly string[];
  /** Of an interface: those that can be called from outside. */
  readonly methods: readonly JavaMethod[];
}

export const SERIAL_VERSION = "serialVersionUID";

/** Parents of whom nothing is to be known. */
export const PLAIN_PARENTS: ReadonlySet<string> = new Set([
  "java.lang.Enum",
  "java.lang.Object",
  "java.lang.Record",
]);

/** Every object has these; that an interface declares them again makes them no calls of a service. */
export function isMethodOfObject({ name, parameters }: JavaMethod): boolean {
  if (name === "equals") {
    const [only] = parameters;
    return parameters.length === 1 && only?.type.kind === "class" && only.type.name === OBJECT_NAME;
  }
  return parameters.length === 0 && (name === "hashCode" || name === "toString");
}

const OBJECT_NAME = "java.lang.Object";

/** The name of the array of something, as `Class.getName` has it: `[J`, `[Ljava.lang.String;`, `[[J`. */
export function arrayName(item: string): string {
  return `[${descriptorOfName(item).replaceAll("/", ".")}`;
}

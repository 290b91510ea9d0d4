import type { AnyJavaType } from "./java-type.ts";

/** A field of a class. */
export type ShapeField = readonly [name: string, type: AnyJavaType];

/**
 * What a type is made of, for those who translate its values: into JSON, into Protocol Buffers. Readers and writers of Hessian
 * never look at it.
 */
export type JavaShape =
  | { readonly kind: PrimitiveKind }
  /** May be null, as all that follow. */
  | { readonly kind: "string" | "bytes" | "date" | "big-integer" | "any" }
  /** One of Java's small classes as text: a decimal, a UUID, a time. */
  | { readonly kind: "text"; isText(text: string): boolean }
  | { readonly kind: "list" | "set"; readonly item: AnyJavaType }
  | { readonly kind: "map"; readonly key: AnyJavaType; readonly value: AnyJavaType }
  | { readonly kind: "enum"; readonly className: string; readonly constants: readonly string[] }
  | {
      readonly kind: "class";
      readonly className: string;
      /** Its own, then those of its parents. A function, since a class may know itself. */
      fields(): readonly ShapeField[];
      /** An object of the class. */
      of(fields: Readonly<Record<string, unknown>>): object;
    }
  /** The same as another type, but that it may be null. */
  | { readonly kind: "boxed"; readonly type: AnyJavaType }
  /** The same as another type, but that it may not be null. */
  | { readonly kind: "required"; readonly type: AnyJavaType };

/** What Java has no null of. `safe-long`: a long that is a number here. */
export type PrimitiveKind =
  | "boolean"
  | "byte"
  | "short"
  | "int"
  | "long"
  | "safe-long"
  | "float"
  | "double"
  | "char";

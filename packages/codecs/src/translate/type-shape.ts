import type { JavaShape, PrimitiveKind, ShapeField } from "../hessian/java-shape.ts";
import type { AnyJavaType } from "../hessian/java-type.ts";

export type ClassShape = Extract<JavaShape, { readonly kind: "class" }>;
/** What is left of a shape without its modifiers. */
export type BareShape = Exclude<JavaShape, { readonly kind: "boxed" | "required" }>;

/** A type without its modifiers, and what they say. */
export interface BareType {
  readonly type: AnyJavaType;
  readonly shape: BareShape;
  /** Whether null is one of its values. */
  readonly isNullable: boolean;
  /** Whether somebody said that it is none: a primitive, whose absence is 0, is neither. */
  readonly isRequired: boolean;
}

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveKind>([
  "boolean",
  "byte",
  "short",
  "int",
  "long",
  "safe-long",
  "float",
  "double",
  "char",
]);

const BARE = new WeakMap<AnyJavaType, BareType>();

/** The outermost modifier counts: `required(boxed(int))` is an int. */
export function bareType(type: AnyJavaType): BareType {
  let bare = BARE.get(type);
  if (bare === undefined) {
    bare = strip(type);
    BARE.set(type, bare);
  }
  return bare;
}

function strip(outer: AnyJavaType): BareType {
  let type = outer;
  let modifier = "";
  for (;;) {
    const { shape } = type;
    if (shape.kind !== "boxed" && shape.kind !== "required") {
      const isNullable = modifier === "boxed" || (modifier === "" && !PRIMITIVES.has(shape.kind));
      return { type, shape, isNullable, isRequired: modifier === "required" && !PRIMITIVES.has(shape.kind) };
    }
    modifier ||= shape.kind;
    type = shape.type;
  }
}

/** The fields of a class by their names; of those that a parent has too, the class's own. */
const FIELDS = new WeakMap<ClassShape, ReadonlyMap<string, AnyJavaType>>();

export function fieldsOf(shape: ClassShape): ReadonlyMap<string, AnyJavaType> {
  let fields = FIELDS.get(shape);
  if (fields === undefined) {
    fields = new Map<string, AnyJavaType>(shape.fields().toReversed() as ShapeField[]);
    // In the order of their declaration again.
    fields = new Map([...fields].toReversed());
    FIELDS.set(shape, fields);
  }
  return fields;
}

/** The numbers that an integer of Java's may be. */
export const INTEGER_RANGE: Readonly<
  Record<"byte" | "short" | "int", readonly [least: number, most: number]>
> = {
  byte: [-0x80, 0x7f],
  short: [-0x8000, 0x7fff],
  int: [-0x8000_0000, 0x7fff_ffff],
};

/** Digits of a BigInteger that are read: to make a number of text costs more than the text's length. */
export const MAX_BIG_DIGITS = 4_096;

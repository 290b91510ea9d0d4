import { arrayName, type JavaTypeRef } from "../java-type-model.ts";
import { jdkClass } from "../jdk-classes.ts";
import { type Code, call, flatten, orNull } from "./layout.ts";

/** What stands for a type of Java's. */
export interface DescribedType {
  /** `java.list(Item)` */
  readonly code: Code;
  /** `(Item | null)[] | null` */
  readonly type: Code;
  /** Whether there is more to it than this says: an interface, or a class that is not known. */
  readonly isLoose: boolean;
  /** What {@link code} is called in Java: `java.util.List`. */
  readonly javaName: string;
  /** The type of `java.map` also allows plain objects: what it is an item of is told that it is one of Maps. */
  readonly isMap?: true;
}

const ANY: DescribedType = {
  code: "java.any",
  type: "unknown",
  isLoose: false,
  javaName: "java.lang.Object",
};
const LOOSE: DescribedType = { ...ANY, isLoose: true };

const PRIMITIVE_TYPES = {
  boolean: "boolean",
  byte: "number",
  char: "string",
  double: "number",
  float: "number",
  int: "number",
  long: "bigint",
  short: "number",
} as const;

/**
 * @param ref Without type variables.
 * @param names The classes and enums that are written, and their names there.
 */
export function describeType(ref: JavaTypeRef, names: ReadonlyMap<string, string>): DescribedType {
  switch (ref.kind) {
    case "primitive":
      // Nothing is null on the wire.
      if (ref.name === "void") return LOOSE;
      return {
        code: `java.${ref.name}`,
        type: PRIMITIVE_TYPES[ref.name],
        isLoose: false,
        javaName: ref.name,
      };
    case "array":
      return describeArray(ref.of, names);
    case "class":
      return describeClass(ref, names);
    case "variable":
      return ANY;
    default:
      return ref satisfies never;
  }
}

function describeArray(item: JavaTypeRef, names: ReadonlyMap<string, string>): DescribedType {
  if (item.kind === "primitive" && item.name === "byte") {
    return { code: "java.bytes", type: "Uint8Array | null", isLoose: false, javaName: "[B" };
  }
  // Hessian has text for `char[]`, and no list.
  if (item.kind === "primitive" && item.name === "char") {
    return { code: "java.string", type: "string | null", isLoose: true, javaName: "java.lang.String" };
  }
  const described = describeType(item, names);
  return listOf("java.array", arrayName(described.javaName), described);
}

function describeClass(
  { name, args }: JavaTypeRef & { readonly kind: "class" },
  names: ReadonlyMap<string, string>,
): DescribedType {
  const own = names.get(name);
  if (own !== undefined) return { code: own, type: `${own} | null`, isLoose: false, javaName: name };
  const known = jdkClass(name);
  if (known === undefined) return name === "java.lang.Object" ? ANY : LOOSE;
  if (known.kind === "scalar") return { code: known.code, type: known.type, isLoose: false, javaName: name };
  const [first, second] = args.map((arg) => describeType(arg, names));
  if (known.kind === "list") return listOf("java.list", "java.util.List", first ?? ANY);
  if (known.kind === "set") {
    const item = first ?? ANY;
    return {
      code: callOf("java.set", item),
      type: orNull("Set", item.type),
      isLoose: item.isLoose,
      javaName: "java.util.Set",
    };
  }
  const [key, value] = [first ?? ANY, second ?? ANY];
  return {
    code: callOf("java.map", key, value),
    type: orNull("Map", key.type, value.type),
    isLoose: key.isLoose || value.isLoose,
    javaName: "java.util.Map",
    isMap: true,
  };
}

function listOf(name: string, javaName: string, item: DescribedType): DescribedType {
  const type = flatten(item.type);
  return {
    code: callOf(name, item),
    type: `${type.endsWith(" | null") ? `(${type})` : type}[] | null`,
    isLoose: item.isLoose,
    javaName,
  };
}

function callOf(name: string, ...items: readonly DescribedType[]): Code {
  const types = items.some(({ isMap }) => isMap) ? items.map(({ type }) => type) : [];
  return call(
    name,
    types,
    items.map(({ code }) => code),
  );
}

/** A type as Java writes it, for a comment: `List<com.example.Shape>`. */
export function javaText(ref: JavaTypeRef): string {
  if (ref.kind === "array") return `${javaText(ref.of)}[]`;
  if (ref.kind !== "class") return ref.name;
  const name = ref.name.replace(/^java\.(?:lang|util)\.(?=\p{Lu})/u, "").replaceAll("$", ".");
  return ref.args.length === 0 ? name : `${name}<${ref.args.map(javaText).join(", ")}>`;
}

import { type JavaTypeRef, OBJECT, type Primitive, type TypeParameter } from "../java-type-model.ts";
import type { TokenCursor } from "./token-cursor.ts";

const MAX_DEPTH = 300;

const PRIMITIVES: ReadonlySet<string> = new Set<Primitive>([
  "boolean",
  "byte",
  "char",
  "double",
  "float",
  "int",
  "long",
  "short",
  "void",
]);

/**
 * A type as it is written: `@NotNull List<? extends Map.Entry<K, V[]>>[]`. Names are what the source has, with points, and
 * also those of type variables: what they mean is for {@link resolveNames}.
 *
 * @see JLS, section 4
 */
export function parseType(cursor: TokenCursor, depth = 0): JavaTypeRef {
  if (depth > MAX_DEPTH) cursor.fail(`types of at most ${MAX_DEPTH} levels`);
  skipAnnotations(cursor);
  const { text } = cursor.peek();
  if (PRIMITIVES.has(text)) {
    cursor.at++;
    return parseDimensions(cursor, { kind: "primitive", name: text as Primitive });
  }
  let name = cursor.word("a type");
  let args = parseTypeArguments(cursor, depth);
  while (cursor.is(".") && (cursor.peek(1).kind === "word" || cursor.is("@", 1))) {
    cursor.at++;
    skipAnnotations(cursor);
    name += `.${cursor.word("a type")}`;
    args = parseTypeArguments(cursor, depth);
  }
  return parseDimensions(cursor, { kind: "class", name, args });
}

function parseTypeArguments(cursor: TokenCursor, depth: number): JavaTypeRef[] {
  const args: JavaTypeRef[] = [];
  if (!cursor.accept("<")) return args;
  do {
    skipAnnotations(cursor);
    if (!cursor.accept("?")) args.push(parseType(cursor, depth + 1));
    else if (cursor.accept("extends")) args.push(parseType(cursor, depth + 1));
    else {
      // Of `? super Item` anything may come.
      if (cursor.accept("super")) parseType(cursor, depth + 1);
      args.push(OBJECT);
    }
  } while (cursor.accept(","));
  cursor.expect(">");
  return args;
}

/** `[]`, each of which may be annotated; also behind the name of a field or a method. */
export function parseDimensions(cursor: TokenCursor, type: JavaTypeRef): JavaTypeRef {
  let found = type;
  for (;;) {
    const start = cursor.at;
    skipAnnotations(cursor);
    if (!cursor.is("[") || !cursor.is("]", 1)) {
      cursor.at = start;
      return found;
    }
    cursor.at += 2;
    found = { kind: "array", of: found };
  }
}

/** `<T, C extends Collection<T> & Serializable>`, or nothing. */
export function parseTypeParameters(cursor: TokenCursor): TypeParameter[] {
  const found: TypeParameter[] = [];
  if (!cursor.accept("<")) return found;
  do {
    skipAnnotations(cursor);
    const name = cursor.word("a type parameter");
    let bound: JavaTypeRef | undefined;
    if (cursor.accept("extends")) {
      bound = parseType(cursor);
      while (cursor.accept("&")) parseType(cursor);
    }
    found.push({ name, bound: bound ?? OBJECT });
  } while (cursor.accept(","));
  cursor.expect(">");
  return found;
}

export function parseTypeList(cursor: TokenCursor): JavaTypeRef[] {
  const found: JavaTypeRef[] = [];
  do found.push(parseType(cursor));
  while (cursor.accept(","));
  return found;
}

/** `@Name(…)`, but not the `@interface` of a declaration. */
export function skipAnnotations(cursor: TokenCursor): void {
  while (cursor.is("@") && !cursor.is("interface", 1)) {
    cursor.at++;
    cursor.qualifiedName("the name of an annotation");
    if (cursor.is("(")) cursor.skipEnclosed();
  }
}

import {
  type JavaField,
  type JavaMethod,
  type JavaTypeModel,
  type JavaTypeRef,
  SERIAL_VERSION,
} from "../java-type-model.ts";
import { tokenizeJava } from "./java-tokens.ts";
import {
  parseDimensions,
  parseType,
  parseTypeList,
  parseTypeParameters,
  skipAnnotations,
} from "./parse-type.ts";
import { skipInitializer } from "./skip-initializer.ts";
import { TokenCursor } from "./token-cursor.ts";

/** What names in a source mean, besides what stands in the file itself. */
export interface SourceImports {
  readonly packageName: string;
  /** `Order` → `com.example.Order`, with points also before an inner class. */
  readonly single: ReadonlyMap<string, string>;
  /** `java.util` of `import java.util.*`. */
  readonly onDemand: readonly string[];
}

/** A type whose names are still those of the source. */
export interface SourceType {
  readonly model: JavaTypeModel;
  readonly imports: SourceImports;
  /** Binary names of the classes around it, the innermost first. */
  readonly enclosing: readonly string[];
}

const MODIFIERS: ReadonlySet<string> = new Set(
  "public protected private static abstract final transient volatile synchronized native strictfp default".split(
    " ",
  ),
);
const MAX_NESTING = 100;

/**
 * The declarations of a source: classes, enums, records and interfaces with their fields and methods. Whatever stands in
 * braces that is not a declaration is skipped by its braces. (The package java-parser, which reads all of Java, takes a second
 * to load and eight megabytes, and prettier-java has left it.)
 *
 * @throws {UserError} which names the file and the line.
 */
export function parseJavaSource(source: string, file: string): readonly SourceType[] {
  return new SourceParser(new TokenCursor(tokenizeJava(source, file), file)).parse();
}

class SourceParser {
  readonly #cursor: TokenCursor;
  readonly #types: SourceType[] = [];
  #imports: SourceImports = { packageName: "", single: new Map(), onDemand: [] };

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  parse(): readonly SourceType[] {
    const cursor = this.#cursor;
    this.#header();
    while (cursor.peek().kind !== "end") {
      if (cursor.accept(";")) continue;
      const start = cursor.at;
      this.#modifiers();
      if (!this.#typeDeclaration([])) {
        cursor.at = start;
        cursor.fail("class, interface, enum or record");
      }
    }
    return this.#types;
  }

  #header(): void {
    const cursor = this.#cursor;
    const single = new Map<string, string>();
    const onDemand: string[] = [];
    const start = cursor.at;
    skipAnnotations(cursor);
    let packageName = "";
    if (cursor.accept("package")) {
      packageName = cursor.qualifiedName("the name of a package");
      cursor.expect(";");
    } else cursor.at = start;
    while (cursor.accept("import")) {
      cursor.accept("static");
      if (cursor.is("module") && cursor.peek(1).kind === "word") cursor.at++;
      const name = cursor.qualifiedName("a name");
      if (cursor.accept(".")) {
        cursor.expect("*");
        onDemand.push(name);
      } else single.set(name.slice(name.lastIndexOf(".") + 1), name);
      cursor.expect(";");
    }
    this.#imports = { packageName, single, onDemand };
  }

  #modifiers(): ReadonlySet<string> {
    const cursor = this.#cursor;
    const found = new Set<string>();
    for (;;) {
      skipAnnotations(cursor);
      const { kind, text } = cursor.peek();
      if (kind !== "word") return found;
      if (text === "non" && cursor.is("-", 1)) cursor.at += 3;
      else if (MODIFIERS.has(text) || (text === "sealed" && cursor.peek(1).kind === "word")) cursor.at++;
      else return found;
      found.add(text);
    }
  }

  /** @returns Whether there was one. */
  #typeDeclaration(enclosing: readonly string[]): boolean {
    const cursor = this.#cursor;
    if (enclosing.length > MAX_NESTING) cursor.fail(`at most ${MAX_NESTING} classes in each other`);
    if (cursor.accept("@")) {
      // An annotation is nothing that is sent.
      cursor.expect("interface");
      cursor.word("a name");
      cursor.skipEnclosed();
      return true;
    }
    const keyword = cursor.peek().text;
    const isRecord =
      keyword === "record" && cursor.peek(1).kind === "word" && "(<".includes(cursor.peek(2).text);
    if (!isRecord && keyword !== "class" && keyword !== "interface" && keyword !== "enum") return false;
    cursor.at++;
    const simpleName = cursor.word("a name");
    const [outer] = enclosing;
    const { packageName } = this.#imports;
    const name =
      outer !== undefined
        ? `${outer}$${simpleName}`
        : packageName
          ? `${packageName}.${simpleName}`
          : simpleName;
    const typeParameters = parseTypeParameters(cursor);
    const fields: JavaField[] = isRecord ? this.#parameters() : [];
    let parent: JavaTypeRef | null = null;
    let interfaces: readonly JavaTypeRef[] = [];
    for (;;) {
      if (cursor.accept("extends")) {
        if (keyword === "interface") interfaces = parseTypeList(cursor);
        else parent = parseType(cursor);
      } else if (cursor.accept("implements")) interfaces = parseTypeList(cursor);
      else if (cursor.accept("permits")) parseTypeList(cursor);
      else break;
    }
    const kind = keyword === "interface" || keyword === "enum" ? keyword : "class";
    const inner: readonly string[] = [name, ...enclosing];
    cursor.expect("{");
    const constants = keyword === "enum" ? this.#constants() : [];
    const body = this.#body(kind, inner);
    if (kind === "class" && !isRecord) fields.push(...body.fields);
    const model = {
      name,
      kind,
      typeParameters,
      parent,
      interfaces,
      hasSerialVersion: body.hasSerialVersion,
      fields,
      constants,
      methods: body.methods,
    } as const;
    this.#types.push({ model, imports: this.#imports, enclosing: inner });
    return true;
  }

  /** Constants may have arguments and a body. */
  #constants(): string[] {
    const cursor = this.#cursor;
    const found: string[] = [];
    for (;;) {
      skipAnnotations(cursor);
      if (cursor.accept(";") || cursor.is("}")) return found;
      found.push(cursor.word("a constant"));
      if (cursor.is("(")) cursor.skipEnclosed();
      if (cursor.is("{")) cursor.skipEnclosed();
      if (!cursor.accept(",") && !cursor.is(";") && !cursor.is("}")) cursor.fail('"," or "}"');
    }
  }

  #body(
    kind: JavaTypeModel["kind"],
    enclosing: readonly string[],
  ): {
    readonly fields: JavaField[];
    readonly methods: JavaMethod[];
    readonly hasSerialVersion: boolean;
  } {
    const cursor = this.#cursor;
    const fields: JavaField[] = [];
    const methods: JavaMethod[] = [];
    let hasSerialVersion = false;
    while (!cursor.accept("}")) {
      if (cursor.accept(";")) continue;
      const modifiers = this.#modifiers();
      if (cursor.is("{")) {
        cursor.skipEnclosed();
        continue;
      }
      if (this.#typeDeclaration(enclosing)) continue;
      const typeParameters = parseTypeParameters(cursor);
      if (cursor.peek().kind === "word" && (cursor.is("(", 1) || cursor.is("{", 1))) {
        // A constructor; that of a record may have no parameters.
        cursor.at++;
        if (cursor.is("(")) cursor.skipEnclosed();
        this.#throws();
        cursor.skipEnclosed();
        continue;
      }
      const type = parseType(cursor);
      if (cursor.peek().kind === "word" && cursor.is("(", 1)) {
        const method = this.#method(type, typeParameters);
        const isCalled = kind === "interface" && !modifiers.has("static") && !modifiers.has("private");
        if (isCalled) methods.push(method);
      } else {
        const declared = this.#fields(type);
        hasSerialVersion ||= declared.some(({ name }) => name === SERIAL_VERSION);
        if (!modifiers.has("static") && !modifiers.has("transient")) fields.push(...declared);
      }
    }
    return { fields, methods, hasSerialVersion };
  }

  #method(type: JavaTypeRef, typeParameters: JavaMethod["typeParameters"]): JavaMethod {
    const cursor = this.#cursor;
    const name = cursor.word("a name");
    const parameters = this.#parameters();
    const returns = parseDimensions(cursor, type);
    const throws = this.#throws();
    if (cursor.is("{")) cursor.skipEnclosed();
    else cursor.expect(";");
    return { name, typeParameters, parameters, returns, throws };
  }

  #throws(): string[] {
    if (!this.#cursor.accept("throws")) return [];
    return parseTypeList(this.#cursor).flatMap((type) => (type.kind === "class" ? [type.name] : []));
  }

  #parameters(): JavaField[] {
    const cursor = this.#cursor;
    const found: JavaField[] = [];
    cursor.expect("(");
    if (cursor.accept(")")) return found;
    do {
      this.#modifiers();
      const type = parseType(cursor);
      skipAnnotations(cursor);
      const isRest = cursor.accept("...");
      const name = cursor.word("a name");
      // `Order this` is no parameter.
      if (name === "this") continue;
      const whole = parseDimensions(cursor, type);
      found.push({ name, type: isRest ? { kind: "array", of: whole } : whole });
    } while (cursor.accept(","));
    cursor.expect(")");
    return found;
  }

  /** `a, b[] = {…};` */
  #fields(type: JavaTypeRef): JavaField[] {
    const cursor = this.#cursor;
    const found: JavaField[] = [];
    do {
      const name = cursor.word("a name");
      found.push({ name, type: parseDimensions(cursor, type) });
      if (cursor.accept("=")) skipInitializer(cursor);
    } while (cursor.accept(","));
    cursor.expect(";");
    return found;
  }
}

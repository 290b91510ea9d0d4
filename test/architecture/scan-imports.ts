import { type Token, tokenize } from "./tokens.ts";

/** One module that a file names. */
export interface Import {
  readonly specifier: string;
  /**
   * `value` is loaded with the file; `type` is erased; `dynamic` is loaded when its line runs. Under
   * `verbatimModuleSyntax`, `import { type A }` is a value import: what stays of it is `import {}`.
   */
  readonly kind: "value" | "type" | "dynamic";
  /** `export * from`. */
  readonly star: boolean;
  readonly line: number;
}

/** Every import, re-export, `import()`, `require()` and `resolve()` of a literal name, in the order of the file. */
export function scanImports(text: string, path: string): Import[] {
  return findImports(tokenize(text, path));
}

/** As `scanImports`, over tokens that were read already. */
export function findImports(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || isPunctuation(tokens[at - 1], ".")) continue;
    const statement = READERS.get(token.value)?.(tokens, at);
    if (statement !== undefined) found.push({ ...statement, line: token.line });
  }
  return found;
}

type Statement = Omit<Import, "line">;
type Reader = (tokens: readonly Token[], at: number) => Statement | undefined;

/** What begins an import, and who reads on from there. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ["import", readImport],
  ["require", readImport],
  ["createRequire", readCreatedRequire],
  ["export", readExport],
]);

function readImport(tokens: readonly Token[], at: number): Statement | undefined {
  const next = tokens[at + 1];
  // `import.meta.resolve("x")`, `require.resolve("x")`: the module must be installed as much as if it were loaded.
  if (isPunctuation(next, ".")) {
    const resolve = tokens.slice(at + 1, at + 5).findIndex(({ value }) => value === "resolve");
    const specifier = resolve < 0 ? undefined : readArgument(tokens, at + resolve + 2);
    return specifier === undefined ? undefined : { specifier, kind: "dynamic", star: false };
  }
  if (isPunctuation(next, "(")) {
    const specifier = readArgument(tokens, at + 1);
    if (specifier === undefined) return undefined;
    const isType = tokens[at - 1]?.value === "typeof" && tokens[at]?.value === "import";
    return { specifier, kind: isType ? "type" : "dynamic", star: false };
  }
  if (tokens[at]?.value === "require") return undefined;
  if (next?.kind === "string") return { specifier: next.value, kind: "value", star: false };
  return readClause(tokens, at);
}

/** `createRequire(import.meta.url)("x")`, from the name on. */
function readCreatedRequire(tokens: readonly Token[], at: number): Statement | undefined {
  if (!isPunctuation(tokens[at + 1], "(")) return undefined;
  const end = tokens.findIndex((token, i) => i > at && isPunctuation(token, ")"));
  const specifier = readArgument(tokens, end + 1);
  return specifier === undefined ? undefined : { specifier, kind: "dynamic", star: false };
}

/** The literal that stands as first argument in the parentheses which open at `at`. */
function readArgument(tokens: readonly Token[], at: number): string | undefined {
  const [open, argument, end] = tokens.slice(at, at + 3);
  const isLiteral = argument?.kind === "string" || argument?.kind === "template";
  const closes = isPunctuation(end, ")") || isPunctuation(end, ",");
  return isPunctuation(open, "(") && isLiteral && closes ? argument.value : undefined;
}

function readExport(tokens: readonly Token[], at: number): Statement | undefined {
  const skip = tokens[at + 1]?.value === "type" ? 2 : 1;
  const first = tokens[at + skip];
  if (isPunctuation(first, "*")) {
    const clause = readClause(tokens, at);
    // `* as java` has a name, and what is behind it is listed where it comes from.
    const isNamed = tokens[at + skip + 1]?.value === "as";
    return clause === undefined ? undefined : { ...clause, star: !isNamed };
  }
  return isPunctuation(first, "{") ? readClause(tokens, at) : undefined;
}

/** `type { a, b as c } from "x"`, from behind the keyword; undefined where no `from "x"` ends the clause. */
function readClause(tokens: readonly Token[], at: number): Statement | undefined {
  const kind = isTypeOnly(tokens, at + 1) ? "type" : "value";
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i];
    const next = tokens[i + 1];
    if (token?.value === "from" && next?.kind === "string")
      return { specifier: next.value, kind, star: false };
    const belongs = token?.kind === "word" || ["{", "}", ",", "*"].includes(token?.value ?? "");
    const closes = isPunctuation(token, "}") && next?.value !== "from";
    if (!belongs || closes) return undefined;
  }
  return undefined;
}

/** `import type X from`, `import type { X } from`; not `import type from`, where `type` is the name. */
function isTypeOnly(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.value !== "type") return false;
  const next = tokens[at + 1];
  return !isPunctuation(next, ",") && !(next?.value === "from" && tokens[at + 2]?.kind === "string");
}

function isPunctuation(token: Token | undefined, value: string): boolean {
  return token?.kind === "punctuation" && token.value === value;
}

/**
 * TypeScript, cut into words, punctuation and strings, without comments: enough to find imports, and no more.
 *
 * TypeScript 7 has no JavaScript API, and a bare regular expression takes imports out of comments, strings and code
 * samples. What this reader cannot follow it refuses with file and line, so that a mistake of its own never passes
 * unseen.
 */
export interface Token {
  readonly kind: "word" | "punctuation" | "string" | "template";
  /** The text; of strings and pieces of templates, what stands between the quotes (escapes are left as written). */
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** After these words a `/` begins a regular expression; after any other it divides. */
const BEFORE_AN_EXPRESSION = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);

/** @throws {SyntaxError} where a string, a regular expression, a template or a comment has no end. */
export function tokenize(text: string, path: string): Token[] {
  const tokens: Token[] = [];
  // Depth of braces inside each `${…}` that is open, innermost last.
  const substitutions: number[] = [];
  let at = 0;
  let line = 1;

  const refuse = (what: string): never => {
    throw new SyntaxError(`${path}:${line}: ${what} has no end (or the tokenizer lost its way)`);
  };
  const push = (kind: Token["kind"], value: string): void => {
    tokens.push({ kind, value, line });
  };

  /** From behind the backtick, or behind the brace that closes a substitution. */
  const readTemplatePiece = (): void => {
    const start = at;
    for (; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === "`") {
        push("template", text.slice(start, at++));
        return;
      } else if (text.startsWith("${", at)) {
        push("template", text.slice(start, at));
        substitutions.push(0);
        at += 2;
        return;
      }
      if (text[at] === "\n") line++;
    }
    refuse("a template");
  };

  while (at < text.length) {
    const char = text[at] as string;
    if (char === "\n") {
      line++;
      at++;
    } else if (/\s/.test(char)) {
      at++;
    } else if (text.startsWith("//", at) || (at === 0 && text.startsWith("#!"))) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) refuse("a comment");
      line += countLines(text.slice(at, end));
      at = end + 2;
    } else if (char === '"' || char === "'") {
      const end = endOfLiteral(text, at, char);
      if (end < 0) refuse("a string");
      push("string", text.slice(at + 1, end));
      line += countLines(text.slice(at, end));
      at = end + 1;
    } else if (char === "`") {
      at++;
      readTemplatePiece();
    } else if (char === "}" && substitutions.at(-1) === 0) {
      substitutions.pop();
      at++;
      readTemplatePiece();
    } else if (char === "/" && beginsExpression(tokens)) {
      const end = endOfLiteral(text, at, "/");
      if (end < 0) refuse("a regular expression");
      at = end + 1;
      push("word", "(regular expression)");
    } else if (/[\w$#@]/.test(char)) {
      const word = /^[\w$#@]+/.exec(text.slice(at, at + 200))?.[0] ?? char;
      push("word", word);
      at += word.length;
    } else {
      const depth = substitutions.length - 1;
      if (char === "{" && depth >= 0) substitutions[depth] = (substitutions[depth] ?? 0) + 1;
      if (char === "}" && depth >= 0) substitutions[depth] = (substitutions[depth] ?? 0) - 1;
      // `value! / 2`: an exclamation mark that ends a value is told apart from one that begins an expression.
      push("punctuation", char === "!" && !beginsExpression(tokens) ? "!value" : char);
      at++;
    }
  }
  if (substitutions.length > 0) refuse("a template");
  return tokens;
}

function beginsExpression(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === "word") return BEFORE_AN_EXPRESSION.has(last.value);
  return last.kind === "punctuation" && ![")", "]", "}", "!value"].includes(last.value);
}

/** Where the literal that begins at `from` has its closing mark, or -1 when its line ends first. */
function endOfLiteral(text: string, from: number, mark: string): number {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "\n") return -1;
    else if (char === mark && !inClass) return at;
    else if (mark === "/" && char === "[") inClass = true;
    else if (char === "]") inClass = false;
  }
  return -1;
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

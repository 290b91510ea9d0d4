import { UserError } from "../../user-error.ts";

export interface JavaToken {
  /** `literal` is a number, a text or a character: what it says is of no use here. */
  readonly kind: "word" | "sign" | "literal" | "end";
  readonly text: string;
  readonly line: number;
}

/** White space and comments; then a word, a text block, a text, a character, a number, or one sign. */
const TOKEN =
  /(?<blank>(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+)|(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*)|(?<literal>"""(?:[^\\]|\\[\s\S])*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|\d[\w.]*)|(?<sign>::|->|\.\.\.|[\s\S])/uy;

/**
 * The words and signs of a Java source. Signs stand alone, so that `>>` closes two lists of type arguments.
 *
 * @see JLS, chapter 3
 */
export function tokenizeJava(source: string, file: string): JavaToken[] {
  const tokens: JavaToken[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const { word, literal, sign } = match.groups ?? {};
    const [text] = match;
    if (word !== undefined) tokens.push({ kind: "word", text, line });
    else if (literal !== undefined) tokens.push({ kind: "literal", text: "", line });
    else if (sign === '"' || sign === "'") {
      throw new UserError(`${file}:${line}: a text that does not end`);
    } else if (sign === "/" && source[TOKEN.lastIndex] === "*") {
      throw new UserError(`${file}:${line}: a comment that does not end`);
    } else if (sign !== undefined) tokens.push({ kind: "sign", text, line });
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) line++;
  }
  tokens.push({ kind: "end", text: "the end of the file", line });
  return tokens;
}

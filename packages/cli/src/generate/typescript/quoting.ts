const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** A class of Java's may have such a name, one of TypeScript's not. */
const TYPE_WORDS: ReadonlySet<string> = new Set(
  "any as async bigint boolean declare infer is keyof never number object of readonly string symbol type undefined unique unknown".split(
    " ",
  ),
);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * What a class file has for names may be anything at all. Whatever goes from there into TypeScript goes through here.
 */
export function quote(text: string): string {
  // JSON has these two as they are.
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** For a parameter. */
export function identifier(name: string): string {
  const legal = name.replaceAll(/[^\p{ID_Continue}$]/gu, "_");
  return IDENTIFIER.test(legal) && !RESERVED.has(legal) ? legal : `_${legal}`;
}

/** For a type and a constant. */
export function typeIdentifier(name: string): string {
  const legal = identifier(name);
  return TYPE_WORDS.has(legal) ? `_${legal}` : legal;
}

/** On one line, and with no end of a comment in it. */
export function commentText(text: string): string {
  const line = text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, " ").replaceAll("*/", "* /");
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

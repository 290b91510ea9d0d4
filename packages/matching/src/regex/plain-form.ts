import { type CharClass, readSimplePattern, type SimplePiece } from "./simple-pattern.ts";

/** What a regular expression says that has simpler words for it. */
export type PlainForm =
  | { readonly kind: "exact" | "prefix" | "separated-prefix" | "suffix" | "contains"; readonly value: string }
  /** Whatever it is: `.*`; or whatever is not empty: `.+`. */
  | { readonly kind: "anything" | "something" };

/** Text without anything that has a meaning of its own. */
const TEXT = String.raw`((?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9])+)`;
const SEPARATED = new RegExp(
  String.raw`^\^?${TEXT}(?:\(/\.\*\)\?|\(\?:/\.\*\)\?|\(\$\|/\.\*\)|\(/\.\*\|\$\))\$?$`,
);
const SUFFIX = new RegExp(String.raw`^\^?\.\*${TEXT}\$?$`);
const CONTAINS = new RegExp(String.raw`^\^?\.\*${TEXT}\.\*\$?$`);

/**
 * The matcher of texts that says the same as an expression, for those who like their configuration plain; `undefined` where
 * there is none. (A line break, which no path and no header has, is the one text on which they may differ.)
 */
export function plainForm(pattern: string): PlainForm | undefined {
  const separated = SEPARATED.exec(pattern)?.[1];
  if (separated !== undefined) return { kind: "separated-prefix", value: unescaped(separated) };
  const suffix = SUFFIX.exec(pattern)?.[1];
  if (suffix !== undefined) return { kind: "suffix", value: unescaped(suffix) };
  const contains = CONTAINS.exec(pattern)?.[1];
  if (contains !== undefined) return { kind: "contains", value: unescaped(contains) };
  const [pieces, ...others] = readSimplePattern(pattern) ?? [];
  return pieces === undefined || others.length > 0 ? undefined : formOf(pieces);
}

function formOf([first, second, ...more]: readonly SimplePiece[]): PlainForm | undefined {
  if (more.length > 0 || first === undefined) return undefined;
  if (typeof first !== "string") {
    if (second !== undefined || !isAny(first)) return undefined;
    return { kind: first.min === 0 ? "anything" : "something" };
  }
  if (second === undefined) return { kind: "exact", value: first };
  if (typeof second === "string" || !isAny(second) || second.min > 0) return undefined;
  return { kind: "prefix", value: first };
}

/** The dot, which leaves out the end of a line alone. */
function isAny({ table, beyond }: CharClass): boolean {
  return beyond && table.every((belongs, code) => belongs === (code === 0x0a ? 0 : 1));
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

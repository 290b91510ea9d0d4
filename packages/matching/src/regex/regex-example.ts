import { readPieces } from "./simple-pattern.ts";

/** Characters that examples are made of, the likeliest first. */
const LIKELY: readonly string[] = ["x", "1", "a", "0", "A", "-", "_", ".", "~", "/"];

/**
 * A text that an expression matches, for those who try configuration out; `undefined` for an expression that is not of the
 * simple kind.
 */
export function regexExample(pattern: string): string | undefined {
  const pieces = readPieces(pattern)?.[0];
  return pieces
    ?.map((piece) => {
      if (typeof piece === "string") return piece;
      return LIKELY.find((char) => piece.table[char.charCodeAt(0)] === 1) ?? "";
    })
    .join("");
}

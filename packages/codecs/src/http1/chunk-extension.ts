import { BACKSLASH, DOUBLE_QUOTE, EQUALS, SEMICOLON, TOKEN, VALUE } from "./octets.ts";

/**
 * How far an extension of a chunk has come (RFC 9112, section 7.1.1), byte by byte. White space has no place in it here:
 * the grammar calls it bad.
 *
 * ```text
 * ; ─► start ─token─► name ─┬─ = ─► equals ─┬─token─► value ────┬─ ; ─► start
 *                           │               └─ " ─► quoted ─ " ─► closed ─┘
 *                           └─ ; ─► start         (\ ─► escaped ─► quoted)
 * ```
 *
 * It may end in `name`, `value` or `closed`.
 */
export type ExtensionPart = "start" | "name" | "equals" | "value" | "quoted" | "escaped" | "closed";

/** The part that a byte leads to; `undefined` for one that has no place there. */
export function nextExtensionPart(part: ExtensionPart, byte: number): ExtensionPart | undefined {
  switch (part) {
    case "start":
      return TOKEN[byte] === 1 ? "name" : undefined;
    case "name":
      if (byte === EQUALS) return "equals";
      if (byte === SEMICOLON) return "start";
      return TOKEN[byte] === 1 ? "name" : undefined;
    case "equals":
      if (byte === DOUBLE_QUOTE) return "quoted";
      return TOKEN[byte] === 1 ? "value" : undefined;
    case "value":
      if (byte === SEMICOLON) return "start";
      return TOKEN[byte] === 1 ? "value" : undefined;
    case "quoted":
      if (byte === DOUBLE_QUOTE) return "closed";
      if (byte === BACKSLASH) return "escaped";
      return VALUE[byte] === 1 ? "quoted" : undefined;
    case "escaped":
      return VALUE[byte] === 1 ? "quoted" : undefined;
    case "closed":
      return byte === SEMICOLON ? "start" : undefined;
    default:
      return part satisfies never;
  }
}

/** Whether an extension may be over here. */
export function isWholeExtension(part: ExtensionPart): boolean {
  return part === "name" || part === "value" || part === "closed";
}

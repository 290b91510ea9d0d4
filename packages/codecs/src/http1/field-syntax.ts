import { MeshError } from "@dualmesh/core";
import { TOKEN } from "./octets.ts";

/** Characters that no field's value has (RFC 9110, section 5.5): controls but HTAB, DEL, and whatever is no byte. */
const NOT_IN_VALUES = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Checks a field before it is written: a line end inside would begin a field, or a message, of its own.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`
 */
export function checkField(name: string, value: string): void {
  if (!isToken(name))
    throw new MeshError("INVALID_ARGUMENT", `http/1 field: "${printable(name)}" is no name`);
  if (NOT_IN_VALUES.test(value)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `http/1 field "${name}": its value has a character that no value may have: "${printable(value)}"`,
    );
  }
}

/** Whether a text is a token: a method or the name of a field (RFC 9110, section 5.6.2). */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    // A character that is no byte has no entry.
    if (TOKEN[text.charCodeAt(i)] !== 1) return false;
  }
  return text !== "";
}

/** At most 40 characters of a text from outside, with nothing in it that a terminal would obey. */
export function printable(text: string): string {
  const clean = text.replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return clean.length > 40 ? `${clean.slice(0, 40)}…` : clean;
}

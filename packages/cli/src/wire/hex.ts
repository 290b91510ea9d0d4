import { UserError } from "../user-error.ts";

/** The bytes of hexadecimal digits, between which there may be white space and colons. @throws {UserError} for others. */
export function parseHex(text: string): Buffer {
  const digits = text.replace(/^0x/i, "").replaceAll(/[\s:]/g, "");
  const odd = /[^0-9a-f]/i.exec(digits);
  if (odd !== null)
    throw new UserError(`expected hexadecimal digits, got "${odd[0]}" at position ${odd.index}`);
  if (digits.length % 2 !== 0)
    throw new UserError(`expected two digits for each byte, got ${digits.length} digits`);
  return Buffer.from(digits, "hex");
}

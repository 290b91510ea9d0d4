/** Bytes that have a meaning of their own in a head. */
export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const DEL = 0x7f;

/** What a token may be made of: methods and field names (RFC 9110, section 5.6.2). */
export const TOKEN: Uint8Array = table(
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
);

/** What a field's value may be made of: HTAB, SP, visible ASCII, and bytes from 128 on (RFC 9110, section 5.5). */
export const VALUE: Uint8Array = range(0x20, 0x7e, range(0x80, 0xff, table("\t")));

/** What an authority may be made of (RFC 3986, section 3.2), and the comma between several. */
const AUTHORITY: Uint8Array = table(
  "-._~!$&'()*+,;=:@%[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
);

/** The value of a hexadecimal digit; 255 for any other byte. */
export const HEX: Uint8Array = hexDigits();

/** Letters of a field name without their case; everything else as it is. */
export const LOWER: Uint8Array = lowerCase();

/** Whether a text may stand in Host; an empty one may. */
export function isAuthority(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (AUTHORITY[text.charCodeAt(i)] !== 1) return false;
  return true;
}

function table(characters: string): Uint8Array {
  const allowed = new Uint8Array(256);
  for (let i = 0; i < characters.length; i++) allowed[characters.charCodeAt(i)] = 1;
  return allowed;
}

function range(first: number, last: number, allowed: Uint8Array = new Uint8Array(256)): Uint8Array {
  return allowed.fill(1, first, last + 1);
}

function hexDigits(): Uint8Array {
  const values = new Uint8Array(256).fill(255);
  for (let digit = 0; digit < 16; digit++) {
    const text = digit.toString(16);
    values[text.charCodeAt(0)] = digit;
    values[text.toUpperCase().charCodeAt(0)] = digit;
  }
  return values;
}

function lowerCase(): Uint8Array {
  const letters = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (let byte = 0x41; byte <= 0x5a; byte++) letters[byte] = byte + 0x20;
  return letters;
}

/** Shorter texts are written faster by a loop of ours than by C++. */
const SHORT_UNITS = 32;

/** A surrogate, whose bytes in CESU-8 are not those of UTF-8. */
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Writes text in CESU-8. There is room for three bytes per unit.
 *
 * @returns Where it ends.
 */
export function writeUnits(bytes: Buffer, at: number, text: string): number {
  const { length } = text;
  if (length >= SHORT_UNITS) {
    const written = bytes.write(text, at);
    // Without surrogates both encodings are one; ASCII shows by its length, which saves a look.
    return written === length || !SURROGATE.test(text) ? at + written : writeEach(bytes, at, text, 0);
  }
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeEach(bytes, at + i, text, i);
    bytes[at + i] = unit;
  }
  return at + length;
}

/** Unit by unit, from the one at `from` on. */
function writeEach(bytes: Buffer, start: number, text: string, from: number): number {
  let at = start;
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at;
}

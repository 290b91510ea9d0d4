const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * Text of configuration as a head of HTTP has it, one character for each byte of its UTF-8; `undefined` where that is the
 * same. Frames have text itself, so that matchers look for both forms.
 */
export function asBytes(text: string): string | undefined {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : undefined;
}

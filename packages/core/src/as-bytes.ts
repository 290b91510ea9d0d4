const BEYOND_ASCII = /[\u0080-\uffff]/;
const BEYOND_BYTES = /[\u0100-\uffff]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Text of configuration as a head of HTTP has it, one character for each byte of its UTF-8. Frames have text itself: matchers
 * look for both forms.
 */
export function asBytes(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** The way back, for a frame: what is no UTF-8, or no bytes at all, is text already. */
export function asText(bytes: string): string {
  if (!BEYOND_ASCII.test(bytes) || BEYOND_BYTES.test(bytes)) return bytes;
  try {
    return UTF8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    // Bytes of another kind: they stay what they are.
    return bytes;
  }
}

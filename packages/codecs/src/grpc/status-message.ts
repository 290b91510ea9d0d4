/**
 * A `grpc-message`: UTF-8, of which printable ASCII but `%` stands for itself, and every other byte is `%` and two digits.
 *
 * @see gRPC over HTTP/2, "Status-Message"
 */
export function encodeStatusMessage(message: string | Uint8Array): string {
  const bytes = typeof message === "string" ? Buffer.from(message, "utf8") : message;
  let text = "";
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== PERCENT;
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/**
 * The text of a `grpc-message`. What is no `%` with two digits stands for itself: a status must not be lost because its
 * sentence is malformed.
 */
export function decodeStatusMessage(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = Buffer.from(text, "utf8");
  let to = 0;
  for (let at = 0; at < bytes.length; at++, to++) {
    const byte = bytes[at] as number;
    const value = byte === PERCENT ? hexPair(bytes, at + 1) : -1;
    bytes[to] = value < 0 ? byte : value;
    if (value >= 0) at += 2;
  }
  return bytes.toString("utf8", 0, to);
}

const PERCENT = 0x25;

/** The value of two hexadecimal digits; -1 for what is none. */
function hexPair(bytes: Uint8Array, at: number): number {
  const digits = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  return /^[\da-fA-F]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

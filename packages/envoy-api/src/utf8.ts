import { ProtoError } from "./proto-error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One array per length, filled and handed to `fromCharCode`: no allocation but the string. */
const charCodes: readonly number[][] = Array.from({ length: 17 }, (_, length) =>
  new Array<number>(length).fill(0),
);

/**
 * Text of `bytes` from `start` to `end`. Most strings of a configuration are short ASCII, and a call into the
 * engine's decoder costs more than reading 16 bytes here.
 * @throws ProtoError if the bytes are not UTF-8: proto3 requires it of every string.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const codes = charCodes[end - start];
  if (codes === undefined) return decodeLong(bytes, start, end);
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 0x7f) return decodeLong(bytes, start, end);
    codes[at - start] = byte;
  }
  return String.fromCharCode.apply(null, codes);
}

function decodeLong(bytes: Uint8Array, start: number, end: number): string {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    // The engine's own error has neither place nor reason.
    throw new ProtoError("a string that is not valid UTF-8");
  }
}

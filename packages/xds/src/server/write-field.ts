/**
 * Writes protobuf fields of a message whose size is known before: `…Size` says what a field takes, `write…` writes it at a
 * place and gives the place after it.
 *
 * A tag is field number × 8 + wire type 2 (length-delimited); all that are written here take one byte.
 */

/** A field of so many bytes, with its tag and length. */
export function fieldSize(length: number): number {
  let size = 2 + length;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}

/** proto3 leaves out what is empty. */
export function stringSize(text: string): number {
  return text === "" ? 0 : fieldSize(Buffer.byteLength(text));
}

export function writeString(bytes: Buffer, at: number, tag: number, text: string): number {
  return text === "" ? at : writeElement(bytes, at, tag, text);
}

/** An element of a repeated field is there even if it is empty. */
export function writeElement(bytes: Buffer, at: number, tag: number, text: string): number {
  const start = writeHead(bytes, at, tag, Buffer.byteLength(text));
  return start + bytes.write(text, start);
}

export function writeBytes(bytes: Buffer, at: number, tag: number, value: Uint8Array): number {
  const start = writeHead(bytes, at, tag, value.length);
  bytes.set(value, start);
  return start + value.length;
}

/** Tag and length. */
export function writeHead(bytes: Buffer, at: number, tag: number, length: number): number {
  let next = bytes.writeUInt8(tag, at);
  let rest = length;
  while (rest > 0x7f) {
    next = bytes.writeUInt8((rest & 0x7f) | 0x80, next);
    rest >>>= 7;
  }
  return bytes.writeUInt8(rest, next);
}

/** One element of DER: a tag, the length of what is in it, and that. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  // The short form below 128, else the number of bytes of the length in front of it (X.690, section 8.1.3).
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...bytes), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Buffer => element(0x04, ...parts);
export const text = (value: string): Buffer => element(0x0c, Buffer.from(value));
export const yes: Buffer = element(0x01, Buffer.of(0xff));

/** A positive integer, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  // The first bit is the sign.
  return (bytes[0] as number) >= 0x80 ? element(0x02, Buffer.of(0), bytes) : element(0x02, bytes);
}

/** Bits of which the last `unused` do not count. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.of(unused), bytes);
}

/** An object identifier, such as `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.of(first * 40 + second, ...rest.flatMap(base128)));
}

/** Seven bits in each byte, the first bit set in all but the last. */
function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

/** A moment with seconds, as GeneralizedTime. */
export function time(moment: Date): Buffer {
  return element(0x18, Buffer.from(`${moment.toISOString().replace(/[-:T]|\..*/g, "")}Z`));
}

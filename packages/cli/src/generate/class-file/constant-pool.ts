import type { ClassBytes } from "./class-bytes.ts";

/** Bytes behind the tag of each constant. @see JVM specification, section 4.4 */
const SIZES: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};
const UTF8 = 1;
const LONG = 5;
const DOUBLE = 6;
const CLASS = 7;

/** The constants of a class: where they stand, and the texts that were asked for. */
export class ConstantPool {
  readonly #bytes: ClassBytes;
  readonly #places: Uint32Array;
  readonly #tags: Uint8Array;
  /** Many names may be one constant: each is decoded once, which bounds what a small file can ask for. */
  readonly #texts = new Map<number, string>();

  constructor(bytes: ClassBytes) {
    this.#bytes = bytes;
    const count = bytes.u2();
    this.#places = new Uint32Array(count);
    this.#tags = new Uint8Array(count);
    for (let i = 1; i < count; i++) {
      const tag = bytes.u1();
      this.#tags[i] = tag;
      this.#places[i] = bytes.at;
      bytes.skip(
        tag === UTF8 ? bytes.u2() : (SIZES[tag] ?? bytes.fail(`constant ${i} has the unknown tag ${tag}`)),
      );
      // "In retrospect, making 8-byte constants take two constant pool entries was a poor choice."
      if (tag === LONG || tag === DOUBLE) i++;
    }
  }

  text(index: number): string {
    const known = this.#texts.get(index);
    if (known !== undefined) return known;
    if (this.#tags[index] !== UTF8) return this.#bytes.fail(`constant ${index} is no text`);
    const place = this.#places[index] as number;
    const length = this.#bytes.bytes(place, 2).readUInt16BE();
    const text = decodeText(this.#bytes.bytes(place + 2, length));
    this.#texts.set(index, text);
    return text;
  }

  /** `com.example.Outer$Inner`; `undefined` for index 0, which stands for "none". */
  className(index: number): string | undefined {
    if (index === 0) return undefined;
    if (this.#tags[index] !== CLASS) return this.#bytes.fail(`constant ${index} is no class`);
    return this.text(this.#bytes.bytes(this.#places[index] as number, 2).readUInt16BE()).replaceAll("/", ".");
  }
}

/** Java's own UTF-8: two bytes for NUL, and three for each half of a surrogate pair. @see JVM specification, 4.4.7 */
function decodeText(bytes: Buffer): string {
  const units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] as number;
    const [second = 0, third = 0] = bytes.subarray(i + 1, i + 3);
    if (first < 0x80) units.push(first);
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | (second & 0x3f));
    else units.push(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
    i += first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
  }
  let text = "";
  for (let i = 0; i < units.length; i += 4096) text += String.fromCharCode(...units.slice(i, i + 4096));
  return text;
}

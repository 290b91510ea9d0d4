/**
 * Writes protobuf's wire format from the end to the beginning.
 *
 * A length stands before what it measures. Written backwards, it is known when its turn comes: no first pass
 * that adds up sizes, no moving of bytes. The caller gives fields, and elements of lists, in reverse order.
 */
export class WireWriter {
  #bytes: Uint8Array = new Uint8Array(512);
  #view: DataView = new DataView(this.#bytes.buffer);
  /** Where the first written byte is; everything from here on is written. */
  #start = 512;

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** What was written, in a buffer of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#start);
  }

  /** An unsigned 32-bit integer. */
  varint32(value: number): void {
    this.#room(5);
    let at =
      this.#start -
      (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5);
    this.#start = at;
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[at] = rest;
  }

  /** A 64-bit integer given as two unsigned halves. */
  varint64(low: number, high: number): void {
    if (high === 0) {
      this.varint32(low);
      return;
    }
    this.#room(10);
    const groups: number[] = [];
    let lower = low;
    let upper = high;
    while (upper > 0 || lower > 0x7f) {
      groups.push((lower & 0x7f) | 0x80);
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    groups.push(lower);
    this.#start -= groups.length;
    this.#bytes.set(groups, this.#start);
  }

  fixed32(value: number): void {
    this.#room(4);
    this.#start -= 4;
    this.#view.setUint32(this.#start, value, true);
  }

  fixed64(low: number, high: number): void {
    this.fixed32(high);
    this.fixed32(low);
  }

  float(value: number): void {
    this.#room(4);
    this.#start -= 4;
    this.#view.setFloat32(this.#start, value, true);
  }

  double(value: number): void {
    this.#room(8);
    this.#start -= 8;
    this.#view.setFloat64(this.#start, value, true);
  }

  /** Without its length. The text must be well-formed UTF-16. */
  string(text: string): void {
    const length = text.length;
    // Most strings are short and ASCII, and a call of the engine's encoder costs more than they do.
    if (length > 64) {
      this.bytes(encoder.encode(text));
      return;
    }
    this.#room(length);
    const start = this.#start - length;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) {
        this.bytes(encoder.encode(text));
        return;
      }
      this.#bytes[start + at] = code;
    }
    this.#start = start;
  }

  /** Without their length. */
  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
  }

  /** Makes room in front for `count` more bytes, at least doubling. */
  #room(count: number): void {
    if (this.#start >= count) return;
    const length = this.length;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, length + count));
    bytes.set(this.#bytes.subarray(this.#start), bytes.length - length);
    this.#start = bytes.length - length;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

const encoder = new TextEncoder();

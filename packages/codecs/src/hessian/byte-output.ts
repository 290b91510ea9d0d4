/** New memory at once. Most messages are far smaller, and share it. */
const SLAB_BYTES = 32 * 1024;

/**
 * Bytes in the making. Messages are written one behind the other into a slab, each of which is given away as a view of it;
 * one that does not fit moves to a slab of its own.
 */
export class ByteOutput {
  bytes: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  at = 0;
  #start = 0;

  /** Begins a message. What was written and not taken is thrown away. */
  protected startMessage(): void {
    this.at = this.#start;
  }

  /** How many bytes the message has so far. */
  get length(): number {
    return this.at - this.#start;
  }

  /** The message, which is nobody else's. */
  protected takeMessage(): Buffer {
    const message = this.bytes.subarray(this.#start, this.at);
    this.#start = this.at;
    return message;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#move(count);
  }

  #move(count: number): void {
    const length = this.at - this.#start;
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (length + count)));
    this.bytes.copy(slab, 0, this.#start, this.at);
    this.bytes = slab;
    this.#start = 0;
    this.at = length;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A byte, and a number of 16 bits. */
  tag16(tag: number, value: number): void {
    this.reserve(3);
    const { bytes, at } = this;
    bytes[at] = tag;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value;
    this.at = at + 3;
  }

  /** A byte, and a number of 32 bits. */
  tag32(tag: number, value: number): void {
    this.reserve(5);
    const { bytes, at } = this;
    bytes[at] = tag;
    bytes[at + 1] = value >> 24;
    bytes[at + 2] = value >> 16;
    bytes[at + 3] = value >> 8;
    bytes[at + 4] = value;
    this.at = at + 5;
  }

  /** A byte, and a whole number that is held exactly, in 64 bits. */
  tagSafe(tag: number, value: number): void {
    const high = Math.floor(value / 0x100000000);
    this.tag32(tag, high);
    this.reserve(4);
    const { bytes, at } = this;
    // The lower half of a negative number is what two's complement makes of it.
    const low = value - high * 0x100000000;
    bytes[at] = low >>> 24;
    bytes[at + 1] = low >>> 16;
    bytes[at + 2] = low >>> 8;
    bytes[at + 3] = low;
    this.at = at + 4;
  }

  /** A byte, and a number of 64 bits. */
  tag64(tag: number, value: bigint): void {
    this.reserve(9);
    this.bytes[this.at] = tag;
    this.bytes.writeBigInt64BE(value, this.at + 1);
    this.at += 9;
  }

  tagDouble(tag: number, value: number): void {
    this.reserve(9);
    this.bytes[this.at] = tag;
    this.bytes.writeDoubleBE(value, this.at + 1);
    this.at += 9;
  }
}

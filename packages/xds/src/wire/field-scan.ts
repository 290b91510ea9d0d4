/**
 * Finds single fields of a protobuf message without decoding the rest: a name among 5 kB of cluster.
 *
 * Whoever needs more than two fields decodes the message.
 */
export interface FieldScan {
  /** Goes to the next field of this number; `false` at the end of the message, or where it is no protobuf message. */
  next(field: number): boolean;
  /** The varint at hand, its lower 32 bits as unsigned; 0 if the field is of another wire type. */
  readonly varint: number;
  /** The bytes at hand (a view, no copy), if the field is length-delimited. */
  readonly bytes: Uint8Array | undefined;
}

/** Starts before the first field. */
export function scanFields(message: Uint8Array): FieldScan {
  return new Scan(message);
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

class Scan implements FieldScan {
  varint = 0;
  bytes: Uint8Array | undefined = undefined;
  readonly #message: Uint8Array;
  #at = 0;
  #broken = false;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  next(field: number): boolean {
    while (this.#at < this.#message.length && !this.#broken) {
      const tag = this.#readVarint();
      this.#readValue(tag & 7);
      if (this.#broken) return false;
      if (tag >>> 3 === field) return true;
    }
    return false;
  }

  #readValue(wireType: number): void {
    this.varint = 0;
    this.bytes = undefined;
    switch (wireType) {
      case VARINT:
        this.varint = this.#readVarint();
        return;
      case FIXED64:
        this.#skip(8);
        return;
      case LENGTH: {
        const length = this.#readVarint();
        const start = this.#at;
        this.#skip(length);
        if (!this.#broken) this.bytes = this.#message.subarray(start, this.#at);
        return;
      }
      case FIXED32:
        this.#skip(4);
        return;
      default:
        // Groups: proto3 has none, so this is no message of ours.
        this.#broken = true;
    }
  }

  #skip(length: number): void {
    if (length > this.#message.length - this.#at) this.#broken = true;
    else this.#at += length;
  }

  /** The lower 32 bits; the rest is read over. */
  #readVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#message[this.#at++];
      if (byte === undefined) break;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    this.#broken = true;
    return 0;
  }
}

const QUAD = 4;
const TRIPLE = 3;
/** Some groups of characters, each run of them with its own padding: frames may be encoded one by one. */
const SEGMENTS = /[A-Za-z\d+/]*={0,2}/y;

/** Takes base64 apart that comes in pieces of any size, and whose padding may stand in the middle. */
export class Base64Decoder {
  /** Up to three characters of a group that is not complete. */
  #held = "";

  /** The bytes of all groups that are complete; `undefined` for what is no base64. */
  feed(piece: Buffer): Buffer | undefined {
    const text = this.#held + piece.toString("latin1");
    const end = text.length - (text.length % QUAD);
    this.#held = text.slice(end);
    const groups = text.slice(0, end);
    // One for all of them: a body of nothing but padded groups would else be a buffer for each byte.
    const bytes = Buffer.allocUnsafe((end / QUAD) * TRIPLE);
    let length = 0;
    for (let at = 0; at < end; ) {
      SEGMENTS.lastIndex = at;
      const segment = SEGMENTS.exec(groups)?.[0] ?? "";
      if (segment === "" || segment.length % QUAD !== 0) return undefined;
      length += bytes.write(segment, length, "base64");
      at += segment.length;
    }
    return bytes.subarray(0, length);
  }

  /** Whether no group is open. */
  get isWhole(): boolean {
    return this.#held === "";
  }
}

/** Makes one run of base64 of bytes that come in pieces: padding stands at its end alone. */
export class Base64Encoder {
  /** Up to two bytes of a group that is not complete. */
  #held: Buffer = Buffer.alloc(0);

  feed(piece: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    const end = bytes.length - (bytes.length % TRIPLE);
    this.#held = Buffer.from(bytes.subarray(end));
    return Buffer.from(bytes.toString("base64", 0, end), "latin1");
  }

  /** What is left, with its padding. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return Buffer.from(rest.toString("base64"), "latin1");
  }
}

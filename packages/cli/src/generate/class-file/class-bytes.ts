import { UserError } from "../../user-error.ts";

/** The bytes of a class file, read by index, big-endian. Whatever goes beyond them is a sentence of the file's name. */
export class ClassBytes {
  readonly file: string;
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, file: string, at = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.file = file;
    this.#at = at;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  u1(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  u2(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  u4(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** The next bytes as a reader of their own. */
  part(length: number): ClassBytes {
    const at = this.#take(length);
    return new ClassBytes(this.#bytes, this.file, at, at + length);
  }

  bytes(at: number, length: number): Buffer {
    return this.#bytes.subarray(at, at + length);
  }

  fail(reason: string): never {
    throw new UserError(`${this.file}: ${reason}`);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) this.fail(`the class file is cut off or damaged at byte ${at}`);
    this.#at = at + length;
    return at;
  }
}

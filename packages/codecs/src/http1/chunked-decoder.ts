import { type ExtensionPart, isWholeExtension, nextExtensionPart } from "./chunk-extension.ts";
import { CR, HEX, HTAB, LF, SEMICOLON, SPACE, VALUE } from "./octets.ts";
import { malformed, type ProtocolError } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** Bytes of a chunk's line, its extensions included: those of a megabyte are nothing but an attack. */
const MAX_LINE_BYTES = 4_096;

/** Two to the 53rd has 14 hexadecimal digits; 13 are the largest number that can be counted with. */
const MAX_SIZE_DIGITS = 13;

/**
 * Takes chunks apart (RFC 9112, section 7.1), byte by byte if they come so. Trailers are left to a scanner of fields.
 *
 * ```text
 * size ─;─► extension ─CR─► size LF ─LF─► data ─► data end ─CR LF─► size
 *                                    └─ 0 ─► done: trailers follow
 * ```
 */
export class ChunkedDecoder {
  error: ProtocolError | undefined;
  /** The last chunk has come. What follows are trailers, and then the end. */
  done = false;
  readonly #lenient: boolean;
  #state: "size" | "extension" | "size-lf" | "data" | "data-cr" | "data-lf" = "size";
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  #extension: ExtensionPart = "start";

  constructor(rules: Http1Rules) {
    this.#lenient = rules.lenientChunks;
  }

  /** Begins with the next body. */
  reset(): void {
    this.error = undefined;
    this.done = false;
    this.#state = "size";
    this.#size = 0;
    this.#digits = 0;
    this.#lineBytes = 0;
  }

  /**
   * Reads on from `from`.
   *
   * @param onData Gets where bytes of the body stand.
   * @returns How far it came: `to`, or the first byte behind the last chunk; -1 after an error.
   */
  read(bytes: Buffer, from: number, to: number, onData: (start: number, end: number) => void): number {
    let at = from;
    while (at < to) {
      switch (this.#state) {
        case "size": {
          const byte = bytes[at] as number;
          const digit = HEX[byte] as number;
          if (digit < 16) {
            this.#size = this.#size * 16 + digit;
            this.#digits++;
            if (this.#digits > MAX_SIZE_DIGITS) return this.#fail("its size has more than 13 digits");
          } else if (this.#digits === 0) return this.#fail("it has no size");
          else if (byte === CR) this.#state = "size-lf";
          else if (byte === SEMICOLON || (this.#lenient && (byte === SPACE || byte === HTAB))) {
            this.#state = "extension";
            this.#extension = "start";
          } else return this.#fail("a character in its size");
          at++;
          break;
        }
        case "extension": {
          const byte = bytes[at] as number;
          if (byte === CR) {
            if (!this.#lenient && !isWholeExtension(this.#extension)) return this.#fail("half an extension");
            this.#state = "size-lf";
          } else if (VALUE[byte] !== 1) {
            // A bare LF above all: what is an extension here would be the end of the line to somebody else.
            return this.#fail("a control byte in its line");
          } else if (++this.#lineBytes > MAX_LINE_BYTES) {
            return this.#fail(`its line is over ${MAX_LINE_BYTES} bytes`);
          } else if (!this.#lenient) {
            const part = nextExtensionPart(this.#extension, byte);
            if (part === undefined) return this.#fail("a character in its extension");
            this.#extension = part;
          }
          at++;
          break;
        }
        case "size-lf":
          if (bytes[at] !== LF) return this.#fail("a CR without LF in its line");
          at++;
          if (this.#size === 0) {
            this.done = true;
            return at;
          }
          this.#state = "data";
          break;
        case "data": {
          const end = Math.min(at + this.#size, to);
          onData(at, end);
          this.#size -= end - at;
          at = end;
          if (this.#size === 0) {
            this.#state = "data-cr";
            this.#lineBytes = 0;
          }
          break;
        }
        case "data-cr":
          if (bytes[at] === CR) this.#state = "data-lf";
          else if (!this.#lenient || bytes[at] === LF || ++this.#lineBytes > MAX_LINE_BYTES) {
            return this.#fail("it is longer than its size");
          }
          at++;
          break;
        case "data-lf":
          if (bytes[at] !== LF) return this.#fail("a CR without LF behind it");
          at++;
          this.#state = "size";
          this.#size = 0;
          this.#digits = 0;
          this.#lineBytes = 0;
          break;
        default:
          return this.#state satisfies never;
      }
    }
    return at;
  }

  #fail(what: string): number {
    this.error = malformed(`http/1 chunk: ${what}`);
    return -1;
  }
}

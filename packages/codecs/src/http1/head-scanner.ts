import { COLON, CR, HTAB, LF, SPACE, TOKEN, VALUE } from "./octets.ts";
import { malformed, type ProtocolError, tooLarge } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** The head is not complete: scan again when more bytes are behind those of today. */
export const INCOMPLETE = -1;
/** The bytes are no head; {@link HeadScanner.error} says why. */
export const FAILED = -2;

/** Offsets per field. */
const STRIDE = 4;

/** What the walk is in the middle of. */
type Part = "start-line" | "line" | "name" | "blank" | "value";

/**
 * Finds the lines of a head, and the names and values of its fields, by one walk over its bytes; it makes no text of
 * them. A walk that ends before the head does is taken up where it stopped: a head that comes byte by byte costs no more
 * than one that comes whole, and is judged the same. A byte is judged by those before it, a CR by the one behind it too,
 * and none is looked at beyond the limit.
 *
 * ```text
 * start line CR LF            startEnd: behind the last byte of the start line
 * name: value CR LF           fields: four offsets per field
 * CR LF                       scan() returns the offset behind it
 *
 * start-line ─LF─► line ─token─► name ─:─► blank ─► value ─CR LF─► line
 *                   ├─SP HTAB─► value        (a fold goes on with the value before it)
 *                   └─CR LF─► end
 * ```
 *
 * All offsets count from the head's first byte, empty lines before a start line not counted.
 */
export class HeadScanner {
  /** Start and end of the name, start and end of the value, per field. */
  fields: number[] = [];
  /** The end of the start line, 0 while it is not known; and the offset behind the last field. */
  startEnd = 0;
  fieldsEnd = 0;
  /** Whether there are lines that must be written anew: a bare LF, a fold, or a CR inside of a value. */
  irregular = false;
  error: ProtocolError | undefined;
  readonly #rules: Http1Rules;
  readonly #subject: string;
  readonly #firstPart: Part;
  #part: Part;
  #scanned = 0;

  /** @param subject What it scans, for messages: `request head`. */
  constructor(rules: Http1Rules, subject: string, hasStartLine: boolean) {
    this.#rules = rules;
    this.#subject = subject;
    this.#firstPart = hasStartLine ? "start-line" : "line";
    this.#part = this.#firstPart;
  }

  /** Begins with the next head. The list of fields is a new one: the old one belongs to its head. */
  reset(): void {
    this.fields = [];
    this.startEnd = 0;
    this.fieldsEnd = 0;
    this.irregular = false;
    this.error = undefined;
    this.#part = this.#firstPart;
    this.#scanned = 0;
  }

  /**
   * @param from The head's first byte; the same bytes in front of new ones when a walk is taken up.
   * @returns The offset behind the head, from `from`; or {@link INCOMPLETE}; or {@link FAILED}.
   */
  scan(bytes: Buffer, from: number, to: number): number {
    const { fields } = this;
    const { lenientLines, maxFields, maxHeadBytes } = this.#rules;
    const end = Math.min(to, from + maxHeadBytes);
    let part = this.#part;
    let at = from + this.#scanned;
    while (at < end) {
      switch (part) {
        case "start-line": {
          // What cannot begin a start line is refused without waiting for its end: TLS, for one, may never send a LF.
          if (at === from && TOKEN[bytes[at] as number] !== 1) {
            return this.#fail(malformed(`http/1 ${this.#subject}: it begins with byte 0x${hex(bytes[at])}`));
          }
          while (at < end && bytes[at] !== LF) at++;
          if (at === end) break;
          const hasCr = bytes[at - 1] === CR;
          if (!hasCr && !lenientLines) {
            return this.#fail(malformed(`http/1 ${this.#subject}: its first line ends in a bare LF`));
          }
          if (!hasCr) this.irregular = true;
          this.startEnd = (hasCr ? at - 1 : at) - from;
          at++;
          part = "line";
          break;
        }
        case "line": {
          const first = bytes[at] as number;
          if (TOKEN[first] === 1) {
            if (fields.length === maxFields * STRIDE) {
              return this.#fail(tooLarge(`http/1 ${this.#subject}: more than ${maxFields} fields`));
            }
            fields.push(at - from, 0, 0, 0);
            at++;
            part = "name";
          } else if (first === CR || first === LF) {
            const last = first === CR ? at + 1 : at;
            // A CR that is the last of the bytes waits for the next one.
            if (last === end) return this.#pause(part, at - from, to - from);
            if (bytes[last] !== LF) return this.#fail(this.#badLine("a CR without LF ends the head"));
            if (first === LF && !lenientLines) return this.#fail(this.#badLine("a bare LF ends the head"));
            if (first === LF) this.irregular = true;
            this.fieldsEnd = at - from;
            return last + 1 - from;
          } else if (first !== SPACE && first !== HTAB) {
            return this.#fail(this.#badLine(`byte 0x${hex(first)} in a name`));
          } else if (!lenientLines || fields.length === 0) {
            return this.#fail(this.#badLine("a line begins with white space"));
          } else {
            this.irregular = true;
            part = "value";
          }
          break;
        }
        case "name":
          while (at < end && TOKEN[bytes[at] as number] === 1) at++;
          if (at === end) break;
          if (bytes[at] !== COLON) return this.#fail(this.#badField(`byte 0x${hex(bytes[at])} in a name`));
          fields[fields.length - 3] = at - from;
          at++;
          part = "blank";
          break;
        case "blank":
          while (at < end && (bytes[at] === SPACE || bytes[at] === HTAB)) at++;
          if (at === end) break;
          fields[fields.length - 2] = at - from;
          part = "value";
          break;
        case "value": {
          while (at < end && VALUE[bytes[at] as number] === 1) at++;
          if (at === end) break;
          const byte = bytes[at] as number;
          if (byte === CR) {
            if (at + 1 === end) return this.#pause(part, at - from, to - from);
            if (bytes[at + 1] !== LF) {
              if (!lenientLines) return this.#fail(this.#badField("a CR inside of a value"));
              this.irregular = true;
              at++;
              break;
            }
          } else if (byte !== LF) return this.#fail(this.#badField(`byte 0x${hex(byte)} in a value`));
          else if (!lenientLines) return this.#fail(this.#badField("a line ends in a bare LF"));
          else this.irregular = true;
          const start = from + (fields[fields.length - 2] as number);
          let last = at;
          while (last > start && isBlank(bytes[last - 1])) last--;
          fields[fields.length - 1] = last - from;
          at += byte === CR ? 2 : 1;
          part = "line";
          break;
        }
        default:
          return part satisfies never;
      }
    }
    return this.#pause(part, at - from, to - from);
  }

  /** @param had Bytes that there were. If the limit was reached before them, there is nothing to wait for. */
  #pause(part: Part, scanned: number, had: number): number {
    this.#part = part;
    this.#scanned = scanned;
    const { maxHeadBytes } = this.#rules;
    if (had <= maxHeadBytes) return INCOMPLETE;
    return this.#fail(tooLarge(`http/1 ${this.#subject}: it has more than ${maxHeadBytes} bytes`));
  }

  #fail(error: ProtocolError): typeof FAILED {
    this.error = error;
    return FAILED;
  }

  #badField(what: string, field: number = this.fields.length / STRIDE): ProtocolError {
    return malformed(`http/1 ${this.#subject}, field ${field}: ${what}`);
  }

  /** The same for a line that did not come to be a field. */
  #badLine(what: string): ProtocolError {
    return this.#badField(what, this.fields.length / STRIDE + 1);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === HTAB || byte === CR;
}

function hex(byte: number | undefined): string {
  return (byte ?? 0).toString(16).padStart(2, "0");
}

import { COLON, CR, HTAB, LF, SPACE, TOKEN, VALUE } from "./octets.ts";
import { malformed, type ProtocolError, tooLarge } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** The head is not complete: scan again when more bytes are behind those of today. */
export const INCOMPLETE = -1;
/** The bytes are no head; {@link HeadScanner.error} says why. */
export const FAILED = -2;

/**
 * Finds the lines of a head, and the names and values of its fields, by one walk over its bytes; it makes no text of
 * them. A walk that ends before the head does is taken up where it stopped, so that a head which comes byte by byte costs
 * no more than one that comes whole.
 *
 * ```text
 * start line CR LF            startEnd: behind the last byte of the start line
 * name: value CR LF           fields: four offsets per field
 * CR LF                       scan() returns the offset behind it
 * ```
 *
 * All offsets count from the head's first byte, empty lines before a start line not counted.
 */
export class HeadScanner {
  /** Start and end of the name, start and end of the value, per field. */
  fields: number[] = [];
  /** The end of the start line; where the first field begins; and the offset behind the last field. */
  startEnd = 0;
  fieldsStart = 0;
  fieldsEnd = 0;
  /** Whether there are lines that must be written anew: a bare LF, a fold, or a CR inside of a value. */
  irregular = false;
  error: ProtocolError | undefined;
  readonly #rules: Http1Rules;
  readonly #hasStartLine: boolean;
  readonly #subject: string;
  #inFields: boolean;
  /** The line that is scanned, and how far it is known to hold no line end. */
  #line = 0;
  #searched = 0;

  /** @param subject What it scans, for messages: `request head`. */
  constructor(rules: Http1Rules, subject: string, hasStartLine: boolean) {
    this.#rules = rules;
    this.#subject = subject;
    this.#hasStartLine = hasStartLine;
    this.#inFields = !hasStartLine;
  }

  /** Begins with the next head. The list of fields is a new one: the old one belongs to its head. */
  reset(): void {
    this.fields = [];
    this.startEnd = 0;
    this.fieldsStart = 0;
    this.fieldsEnd = 0;
    this.irregular = false;
    this.error = undefined;
    this.#inFields = !this.#hasStartLine;
    this.#line = 0;
    this.#searched = 0;
  }

  /**
   * @param from The head's first byte; the same bytes in front of new ones when a walk is taken up.
   * @returns The offset behind the head, from `from`; or {@link INCOMPLETE}; or {@link FAILED}.
   */
  scan(bytes: Buffer, from: number, to: number): number {
    if (!this.#inFields) {
      const found = this.#scanStartLine(bytes, from, to);
      if (found < 0) return found;
    }
    return this.#scanFields(bytes, from, to);
  }

  #scanStartLine(bytes: Buffer, from: number, to: number): number {
    // What cannot begin a start line is refused without waiting for its end: TLS, for one, may never send a LF.
    if (from < to && TOKEN[bytes[from] as number] !== 1) {
      return this.#fail(malformed(`http/1 ${this.#subject}: it begins with byte 0x${hex(bytes[from])}`));
    }
    let at = from + this.#searched;
    while (at < to && bytes[at] !== LF) at++;
    if (at === to) return this.#pause(to - from);
    let end = at;
    if (end > from && bytes[end - 1] === CR) end--;
    else if (this.#rules.lenientLines) this.irregular = true;
    else return this.#fail(malformed(`http/1 ${this.#subject}: its first line ends in a bare LF`));
    this.startEnd = end - from;
    this.#line = at + 1 - from;
    this.#searched = this.#line;
    this.fieldsStart = this.#line;
    this.#inFields = true;
    return 0;
  }

  #scanFields(bytes: Buffer, from: number, to: number): number {
    const { fields } = this;
    const { lenientLines, maxFields, maxHeadBytes } = this.#rules;
    if (this.#searched > this.#line) {
      // The line was cut off: it is scanned again when its end is there, and only then.
      let at = from + this.#searched;
      while (at < to && bytes[at] !== LF) at++;
      if (at === to) return this.#pause(to - from);
    }
    for (;;) {
      const line = from + this.#line;
      if (line - from > maxHeadBytes) return this.#fail(this.#tooLong(line - from));
      if (line >= to) return this.#pause(to - from);
      const first = bytes[line] as number;
      if (first === CR || first === LF) {
        const end = first === CR ? line + 1 : line;
        if (end >= to) return this.#pause(to - from);
        if (bytes[end] !== LF) return this.#fail(this.#badField("a CR without LF ends the head"));
        if (first === LF) {
          if (!lenientLines) return this.#fail(this.#badField("a bare LF ends the head"));
          this.irregular = true;
        }
        const size = end + 1 - from;
        if (size > maxHeadBytes) return this.#fail(this.#tooLong(size));
        this.fieldsEnd = line - from;
        return size;
      }
      let at = line;
      let valueStart: number;
      const folded = first === SPACE || first === HTAB;
      if (folded) {
        if (!lenientLines || fields.length === 0) {
          return this.#fail(this.#badField("a line begins with white space"));
        }
        this.irregular = true;
        valueStart = from + (fields[fields.length - 2] as number);
      } else {
        while (at < to && TOKEN[bytes[at] as number] === 1) at++;
        if (at === to) return this.#pause(to - from);
        if (bytes[at] !== COLON || at === line) {
          return this.#fail(this.#badField(`byte 0x${hex(bytes[at])} in a name`));
        }
        if (fields.length === maxFields * 4) {
          return this.#fail(tooLarge(`http/1 ${this.#subject}: more than ${maxFields} fields`));
        }
        fields.push(line - from, at - from, 0, 0);
        at++;
        while (at < to && (bytes[at] === SPACE || bytes[at] === HTAB)) at++;
        valueStart = at;
      }
      const end = this.#valueEnd(bytes, at, to);
      if (end < 0) {
        // A field that is not complete is scanned once more, and must not be there twice.
        if (end === INCOMPLETE && !folded) fields.length -= 4;
        return end === INCOMPLETE ? this.#pause(to - from) : end;
      }
      let last = end;
      while (last > valueStart && isBlank(bytes[last - 1])) last--;
      fields[fields.length - 2] = valueStart - from;
      fields[fields.length - 1] = last - from;
      this.#line = (bytes[end] === CR ? end + 2 : end + 1) - from;
      this.#searched = this.#line;
    }
  }

  /** The CR of the CR LF that ends a line, or its bare LF. */
  #valueEnd(bytes: Buffer, from: number, to: number): number {
    let at = from;
    for (;;) {
      while (at < to && VALUE[bytes[at] as number] === 1) at++;
      if (at === to) return INCOMPLETE;
      if (bytes[at] === CR) {
        if (at + 1 === to) return INCOMPLETE;
        if (bytes[at + 1] === LF) return at;
        if (!this.#rules.lenientLines) return this.#fail(this.#badField("a CR inside of a value"));
        this.irregular = true;
        at++;
      } else if (bytes[at] === LF) {
        if (!this.#rules.lenientLines) return this.#fail(this.#badField("a line ends in a bare LF"));
        this.irregular = true;
        return at;
      } else return this.#fail(this.#badField(`byte 0x${hex(bytes[at])} in a value`));
    }
  }

  #pause(searched: number): number {
    this.#searched = searched;
    return searched > this.#rules.maxHeadBytes ? this.#fail(this.#tooLong(searched)) : INCOMPLETE;
  }

  #fail(error: ProtocolError): typeof FAILED {
    this.error = error;
    return FAILED;
  }

  #tooLong(size: number): ProtocolError {
    return tooLarge(
      `http/1 ${this.#subject}: ${size} bytes and more are over the limit of ${this.#rules.maxHeadBytes} bytes`,
    );
  }

  #badField(what: string): ProtocolError {
    return malformed(`http/1 ${this.#subject}, field ${this.fields.length / 4 + 1}: ${what}`);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === HTAB || byte === CR;
}

function hex(byte: number | undefined): string {
  return (byte ?? 0).toString(16).padStart(2, "0");
}

import { safeInt64 } from "./int64.ts";
import { setOwn } from "./json-value.ts";
import { DocumentError, type Problem } from "./proto-error.ts";
import {
  type DocumentPath,
  defaultMaxLength,
  formatPath,
  LineMap,
  type Part,
  type Position,
  type SourceDocument,
  type TextOptions,
} from "./source-document.ts";

/** Objects and lists inside each other that a text may have. */
const maxDepth = 200;

/** Offsets of an entry in the text. */
interface EntryOffsets {
  readonly key: number;
  readonly value: number;
}

/** Entries of every object and list, by identity. */
type Offsets = Map<object, Map<string | number, EntryOffsets>>;

/**
 * Parses JSON text (RFC 8259). Other than `JSON.parse` it knows where everything stands, reports keys that
 * are given twice, and keeps integers beyond 2^53 exactly, as bigint.
 * @throws DocumentError if the text is no JSON, or too long or deep.
 */
export function readJson(text: string, options: TextOptions = {}): SourceDocument {
  const { file, maxLength = defaultMaxLength } = options;
  if (text.length > maxLength) {
    const message = `${text.length} characters are over the limit of ${maxLength}`;
    throw new DocumentError([{ path: "", message, ...(file === undefined ? {} : { file }) }]);
  }
  const parser = new JsonParser(text, file, undefined);
  const value = parser.document();
  let places: { readonly root: unknown; readonly offsets: Offsets } | undefined;
  // Places are wanted for messages only: they are found by parsing once more.
  const findPlaces = (): { readonly root: unknown; readonly offsets: Offsets } => {
    const offsets: Offsets = new Map();
    return { root: new JsonParser(text, file, offsets).document(), offsets };
  };
  return {
    value,
    file,
    problems: parser.problems,
    locate(path: DocumentPath, part: Part): Position | undefined {
      places ??= findPlaces();
      let at: unknown = places.root;
      let offset = text.search(/\S/);
      for (const [index, step] of path.entries()) {
        const entry = places.offsets.get(at as object)?.get(step);
        // What is missing is shown where it should have been.
        if (entry === undefined) break;
        offset = part === "key" && index === path.length - 1 ? entry.key : entry.value;
        at = (at as Record<string | number, unknown>)[step];
      }
      return parser.lines.at(Math.max(0, offset));
    },
  };
}

class JsonParser {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #offsets: Offsets | undefined;
  readonly #path: (string | number)[] = [];
  #lines: LineMap | undefined;
  #at = 0;

  constructor(text: string, file: string | undefined, offsets: Offsets | undefined) {
    this.#text = text;
    this.#file = file;
    this.#offsets = offsets;
  }

  get lines(): LineMap {
    this.#lines ??= new LineMap(this.#text);
    return this.#lines;
  }

  document(): unknown {
    if (this.#text.startsWith("\ufeff")) this.#at = 1;
    const value = this.#value();
    if (this.#peek() !== "") this.#fail("text after the end of the document");
    return value;
  }

  #value(): unknown {
    const next = this.#peek();
    if (next === "{") return this.#object();
    if (next === "[") return this.#list();
    if (next === '"') return this.#string();
    if (next === "t" || next === "f" || next === "n") return this.#word();
    return this.#number();
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const entries = this.#open(object);
    if (this.#closes("}")) return object;
    do {
      if (this.#peek() !== '"') this.#fail("expected a key in double quotes");
      const keyAt = this.#at;
      const key = this.#string();
      if (this.#peek() !== ":") this.#fail("expected a colon");
      this.#at++;
      this.#peek();
      entries?.set(key, { key: keyAt, value: this.#at });
      this.#path.push(key);
      if (Object.hasOwn(object, key)) this.#report(keyAt, "the key is given twice");
      setOwn(object, key, this.#value());
      this.#path.pop();
    } while (this.#continues("}"));
    return object;
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    const entries = this.#open(list);
    if (this.#closes("]")) return list;
    do {
      this.#peek();
      entries?.set(list.length, { key: this.#at, value: this.#at });
      this.#path.push(list.length);
      list.push(this.#value());
      this.#path.pop();
    } while (this.#continues("]"));
    return list;
  }

  /** Past the opening bracket. */
  #open(container: object): Map<string | number, EntryOffsets> | undefined {
    this.#at++;
    if (this.#path.length >= maxDepth) this.#fail(`nested more than ${maxDepth} deep`);
    if (this.#offsets === undefined) return undefined;
    const entries = new Map<string | number, EntryOffsets>();
    this.#offsets.set(container, entries);
    return entries;
  }

  #closes(bracket: string): boolean {
    if (this.#peek() !== bracket) return false;
    this.#at++;
    return true;
  }

  /** After an element: whether another one follows. */
  #continues(bracket: string): boolean {
    const next = this.#peek();
    if (next !== "," && next !== bracket) this.#fail(`expected a comma or ${bracket}`);
    this.#at++;
    return next === ",";
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    for (;;) {
      const code = this.#text.charCodeAt(++this.#at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        escaped = true;
        this.#at++;
      } else if (!(code >= 0x20)) {
        // NaN, past the end, included.
        this.#fail("a string that does not end, or has a raw control character");
      }
    }
    const quoted = this.#text.slice(start, ++this.#at);
    if (!escaped) return quoted.slice(1, -1);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      // Only its escapes can be wrong by now.
      return this.#fail(`a string with a bad escape: ${quoted.slice(0, 60)}`);
    }
  }

  #word(): boolean | null {
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail("expected a value");
  }

  #number(): number | bigint {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null)
      this.#fail(this.#at >= this.#text.length ? "the text ends too early" : "expected a value");
    const number = Number(match[0]);
    if (!Number.isFinite(number)) this.#fail("a number out of range");
    this.#at = pattern.lastIndex;
    const isWhole = match[1] === undefined && match[2] === undefined;
    // More digits than any 64-bit integer has are a plain number, and out of range wherever an integer is
    // wanted.
    return isWhole && !Number.isSafeInteger(number) && match[0].length <= 20
      ? safeInt64(BigInt(match[0]))
      : number;
  }

  /** The next character that is not white space; empty at the end. */
  #peek(): string {
    for (;;) {
      const next = this.#text[this.#at];
      if (next !== " " && next !== "\n" && next !== "\t" && next !== "\r") return next ?? "";
      this.#at++;
    }
  }

  #problem(offset: number, message: string): Problem {
    const file = this.#file === undefined ? {} : { file: this.#file };
    return { path: formatPath(this.#path), message, ...file, ...this.lines.at(offset) };
  }

  #report(offset: number, message: string): void {
    if (this.problems.length < 100) this.problems.push(this.#problem(offset, message));
  }

  #fail(message: string): never {
    throw new DocumentError([...this.problems, this.#problem(this.#at, message)]);
  }
}

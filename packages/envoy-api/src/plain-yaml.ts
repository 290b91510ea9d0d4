import { setOwn } from "./json-value.ts";
import { plainScalar } from "./plain-scalar.ts";

/** Tabs, carriage returns, and all that is no printable character: their rules are the other reader's. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\uffff]/;

/** More could hold more values than a document may have. */
const MAX_LENGTH = 2_000_000;

/** Maps and lists inside each other. The other reader allows more. */
const MAX_DEPTH = 100;

/**
 * The value of a YAML text as configuration is mostly written: block maps and lists, values and flow collections on one
 * line, comments. `undefined` for everything else, right or wrong (anchors, tags, block scalars, escapes, values over
 * several lines, a key twice): that is for the reader that knows all of YAML, and where it stands.
 *
 * It is there for speed alone: it takes a tenth of the time of the other one. Where it reads a text, both read the same, and
 * in doubt it does not: a line that does not look like the few forms that it knows ends it.
 *
 * ```text
 *  line    = indentation  { "- " }  [ key ":" ]  [ " " value ]  [ " #" comment ]
 *  value   = plain | "…" without escapes | '…' | { key: value, … } | [ value, … ]
 * ```
 */
export function readPlainYaml(text: string): { readonly value: unknown } | undefined {
  if (text.length > MAX_LENGTH || UNPRINTABLE.test(text)) return undefined;
  try {
    return { value: new PlainReader(text).document() };
  } catch (error) {
    if (error === UNUSUAL) return undefined;
    throw error;
  }
}

const UNUSUAL = new Error("YAML for the reader that knows all of it");

function unusual(): never {
  throw UNUSUAL;
}

/** What a key without quotes looks like that is text whatever the schema. With what follows it. */
const KEY = /([A-Za-z_][\w./@-]*):(?=[ \n]|$)/y;
const QUOTED_KEY = /"([^"\\\n]*)":(?=[ \n]|$)/y;
/** The words of the core schema that are no text. */
const WORD = /^(?:null|true|false)$/i;
const DOUBLE_QUOTED = /"([^"\\\n]*)"/y;
const SINGLE_QUOTED = /'((?:[^'\n]|'')*)'/y;
/** To the end of the line, or to a comment. */
const PLAIN = /[^\n]*?(?= *(?:\n| #|$))/y;
/** What no value without quotes begins with. */
const INDICATOR = /^(?:[,[\]{}#&*!|>'"%@`?:]|-(?: |$))/;
/** Inside of flow collections: no space, and a colon only where it does not look like that of a key. */
const FLOW_PLAIN = /[\w./+~-][\w./+~@$=;()-]*(?::[\w/][\w./+~@$=;()-]*)*/y;
const REST = / *(?: #[^\n]*)?(?:\n|$)/y;
const SPACES = / */y;

/** Lines with something on them, and the place in them. */
class PlainReader {
  readonly #text: string;
  /** Of each line: where its content begins, and in which column. */
  readonly #starts: number[] = [];
  readonly #columns: number[] = [];
  #line = 0;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    for (let at = 0; at < text.length; ) {
      const start = at;
      while (text.charCodeAt(at) === SPACE) at++;
      const first = text.charCodeAt(at);
      if (first !== NEW_LINE && first !== HASH && at < text.length) {
        this.#starts.push(at);
        this.#columns.push(at - start);
      }
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    }
  }

  document(): unknown {
    if (this.#starts.length === 0) unusual();
    const value = this.#node(this.#starts[0] as number, this.#columns[0] as number);
    if (this.#line < this.#starts.length) unusual();
    return value;
  }

  /** A map or list whose first entry is at `at`. */
  #node(at: number, column: number): unknown {
    if (++this.#depth > MAX_DEPTH) unusual();
    const value = this.#isDash(at) ? this.#list(at, column) : this.#map(at, column);
    this.#depth--;
    return value;
  }

  #list(first: number, column: number): unknown[] {
    const list: unknown[] = [];
    let at = first;
    do {
      const item = this.#skip(SPACES, at + 1);
      if (this.#endsLine(item, at + 1)) list.push(this.#below(column));
      else if (this.#isDash(item) || this.#isKey(item)) list.push(this.#node(item, column + item - at));
      else list.push(this.#value(item));
      if (!this.#continues(column)) break;
      at = this.#starts[this.#line] as number;
    } while (this.#isDash(at));
    return list;
  }

  #map(first: number, column: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    let at = first;
    do {
      const key = this.#key(at);
      const after = this.#at;
      if (Object.hasOwn(map, key)) unusual();
      const value = this.#skip(SPACES, after);
      setOwn(map, key, this.#endsLine(value, after) ? this.#belowKey(column) : this.#value(value));
      if (!this.#continues(column)) break;
      at = this.#starts[this.#line] as number;
    } while (!this.#isDash(at));
    return map;
  }

  /** Whether a line in this column follows. One further right belongs to nothing, so that all end before it. */
  #continues(column: number): boolean {
    return this.#columns[this.#line] === column;
  }

  /** Goes to the next line if there is nothing more on this one. A comment is set off by a space. */
  #endsLine(at: number, after: number): boolean {
    const code = this.#text.charCodeAt(at);
    const ends = code === NEW_LINE || at >= this.#text.length || (code === HASH && at > after);
    if (ends) this.#line++;
    return ends;
  }

  #below(column: number): unknown {
    const next = this.#columns[this.#line];
    if (next === undefined || next <= column) return null;
    return this.#node(this.#starts[this.#line] as number, next);
  }

  /** A list that is the value of a key may stand in the column of the key. */
  #belowKey(column: number): unknown {
    const at = this.#starts[this.#line] as number;
    if (this.#columns[this.#line] === column && this.#isDash(at)) return this.#node(at, column);
    return this.#below(column);
  }

  /** A value that ends with its line. */
  #value(at: number): unknown {
    const first = this.#text[at];
    let value: unknown;
    if (first === '"' || first === "'" || first === "{" || first === "[") value = this.#flow(at);
    else {
      this.#at = this.#skip(PLAIN, at);
      const text = this.#text.slice(at, this.#at);
      if (INDICATOR.test(text) || text.includes(": ") || text.endsWith(":")) unusual();
      value = plainScalar(text);
    }
    this.#match(REST, this.#at);
    this.#line++;
    return value;
  }

  #flow(at: number): unknown {
    switch (this.#text[at]) {
      case '"':
        return this.#match(DOUBLE_QUOTED, at);
      case "'":
        return this.#match(SINGLE_QUOTED, at).replaceAll("''", "'");
      case "{":
        return this.#flowMap(at + 1);
      case "[":
        return this.#flowList(at + 1);
      default: {
        this.#match(FLOW_PLAIN, at);
        const text = this.#text.slice(at, this.#at);
        return /^-(?!\w|\.)/.test(text) ? unusual() : plainScalar(text);
      }
    }
  }

  #flowMap(from: number): Record<string, unknown> {
    if (++this.#depth > MAX_DEPTH) unusual();
    const map: Record<string, unknown> = {};
    this.#at = this.#skip(SPACES, from);
    while (this.#text[this.#at] !== "}") {
      const key = this.#key(this.#at);
      if (Object.hasOwn(map, key)) unusual();
      setOwn(map, key, this.#flow(this.#skip(SPACES, this.#at)));
      this.#comma("}");
    }
    this.#at++;
    this.#depth--;
    return map;
  }

  #flowList(from: number): unknown[] {
    if (++this.#depth > MAX_DEPTH) unusual();
    const list: unknown[] = [];
    this.#at = this.#skip(SPACES, from);
    while (this.#text[this.#at] !== "]") {
      list.push(this.#flow(this.#at));
      this.#comma("]");
    }
    this.#at++;
    this.#depth--;
    return list;
  }

  /** Past the comma after an entry, or at the bracket that ends the collection. */
  #comma(bracket: string): void {
    this.#at = this.#skip(SPACES, this.#at);
    if (this.#text[this.#at] === ",") this.#at = this.#skip(SPACES, this.#at + 1);
    else if (this.#text[this.#at] !== bracket) unusual();
  }

  #isDash(at: number): boolean {
    if (this.#text.charCodeAt(at) !== DASH) return false;
    const next = this.#text.charCodeAt(at + 1);
    return next === SPACE || next === NEW_LINE || at + 1 === this.#text.length;
  }

  #isKey(at: number): boolean {
    const pattern = this.#text[at] === '"' ? QUOTED_KEY : KEY;
    pattern.lastIndex = at;
    return pattern.test(this.#text);
  }

  /** The key at a place; past its colon then. */
  #key(at: number): string {
    if (this.#text[at] === '"') return this.#match(QUOTED_KEY, at);
    const key = this.#match(KEY, at);
    return WORD.test(key) ? unusual() : key;
  }

  /** The first group of what stands at a place; past it then. */
  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    const found = pattern.exec(this.#text);
    if (found === null) return unusual();
    this.#at = pattern.lastIndex;
    return found[1] as string;
  }

  /** The place after what always matches. */
  #skip(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    pattern.test(this.#text);
    return pattern.lastIndex;
  }
}

const NEW_LINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;

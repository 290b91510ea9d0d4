/** A run of characters of one class. */
export interface CharClass {
  /** 1 for each character of ASCII that belongs to it. */
  readonly table: Uint8Array;
  /** Whether all others belong to it. */
  readonly beyond: boolean;
  /** `*` is 0, `+` is 1. */
  readonly min: 0 | 1;
}

/** Text as it stands, or a run. */
export type SimplePiece = string | CharClass;

/**
 * The alternatives of a pattern where one walk decides: each run must be followed by a character outside of its class, or by
 * nothing. `undefined` for any other.
 */
export function readSimplePattern(pattern: string): readonly (readonly SimplePiece[])[] | undefined {
  const alternatives = readPieces(pattern);
  const decided = alternatives?.every((pieces) => pieces.every((piece, i) => endsFor(piece, pieces[i + 1])));
  return decided ? alternatives : undefined;
}

/**
 * The alternatives of a pattern: literals, escapes of punctuation, and runs of classes. `undefined` for a pattern with anything
 * else in it.
 */
export function readPieces(pattern: string): readonly (readonly SimplePiece[])[] | undefined {
  let body = pattern.startsWith("^") ? pattern.slice(1) : pattern;
  if (body.endsWith("$") && !body.endsWith("\\$")) body = body.slice(0, -1);
  const [prefix, choices, suffix] = splitGroup(body);
  // Each part must stand for itself: neither may a choice repeat what is before it, nor its last `\` escape what is behind.
  const before = readSequence(prefix);
  const behind = readSequence(suffix);
  if (before === undefined || behind === undefined) return undefined;
  const alternatives: (readonly SimplePiece[])[] = [];
  for (const choice of choices.split("|", MAX_ALTERNATIVES + 1)) {
    const inside = readSequence(choice);
    if (inside === undefined || alternatives.length === MAX_ALTERNATIVES) return undefined;
    alternatives.push(joined([...before, ...inside, ...behind]));
  }
  return alternatives;
}

/** Alternatives are tried one after the other: so many cost less than the engine. */
const MAX_ALTERNATIVES = 16;

/** Texts that have come to stand side by side are one. */
function joined(pieces: readonly SimplePiece[]): readonly SimplePiece[] {
  const all: SimplePiece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof piece === "string" && typeof last === "string") all[all.length - 1] = last + piece;
    else all.push(piece);
  }
  return all;
}

/** `a(b|c)d` as `a`, `b|c`, `d`; without alternatives all stands in the middle, and an anchor binds to one side alone. */
function splitGroup(body: string): readonly [string, string, string] {
  const group = /^([^()|]*)(?<!\\)\((?:\?:)?([^()?][^()]*)(?<!\\)\)(?![*+?{])([^()|]*)$/.exec(body);
  const [, prefix = "", choices = "", suffix = ""] = group ?? [];
  // A parenthesis within a class is no group.
  const inClass = prefix.lastIndexOf("[") > prefix.lastIndexOf("]");
  return group === null || inClass ? ["", body, ""] : [prefix, choices, suffix];
}

/** A character, an escape, a class; then how often. */
const UNIT = /(\\[\s\S]|\[\^?\]?[^\]\\[]*\]|[^\\[\](){}*+?|^$])([*+]?)(?![*+?{])/y;

function readSequence(text: string): readonly SimplePiece[] | undefined {
  const pieces: SimplePiece[] = [];
  for (let at = 0; at < text.length; at = UNIT.lastIndex) {
    UNIT.lastIndex = at;
    const found = UNIT.exec(text);
    if (found === null) return undefined;
    const [, unit = "", often = ""] = found;
    const literal = often === "" ? literalOf(unit) : undefined;
    if (literal !== undefined) {
      pieces.push(literal);
      continue;
    }
    const charClass = classOf(unit, often);
    if (charClass === undefined) return undefined;
    pieces.push(charClass);
  }
  return joined(pieces);
}

function literalOf(unit: string): string | undefined {
  if (unit === ".") return undefined;
  if (unit.length === 1) return unit;
  return /^\\[^a-zA-Z0-9]$/.test(unit) && unit.charCodeAt(1) < 128 ? unit.slice(1) : undefined;
}

const NAMED: Readonly<Record<string, string>> = { "\\d": "0-9", "\\w": "0-9A-Za-z_" };

/** Only what is sure to mean the same in RE2: no sets of Unicode, no escapes inside. */
function classOf(unit: string, often: string): CharClass | undefined {
  if (often === "") return undefined;
  const min = often === "*" ? 0 : 1;
  // RE2's dot stops at the end of a line.
  if (unit === ".") return { min, table: tableOf((char) => char !== "\n"), beyond: true };
  const inside = NAMED[unit] ?? /^\[(\^?[^\]\\[]+)\]$/.exec(unit)?.[1];
  if (inside === undefined || !isPlainSet(inside)) return undefined;
  const set = new RegExp(`[${inside}]`);
  return { min, table: tableOf((char) => set.test(char)), beyond: inside.startsWith("^") };
}

/** Characters and ranges of ASCII; a hyphen only at an end or between two letters or two digits. */
function isPlainSet(inside: string): boolean {
  const members = inside.replace(/^\^/, "").replace(/a-z|A-Z|0-9|a-f|A-F/g, "");
  return /^[!-,./:-@_`{|}~0-9A-Za-z -]*$/.test(members) && !/.-./.test(members);
}

function tableOf(belongs: (char: string) => boolean): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (belongs(String.fromCharCode(code)) ? 1 : 0));
}

/** Whether one walk knows where a piece ends. */
function endsFor(piece: SimplePiece, next: SimplePiece | undefined): boolean {
  if (typeof piece === "string" || next === undefined) return true;
  if (typeof next !== "string") return false;
  const code = next.charCodeAt(0);
  return code < 128 ? piece.table[code] === 0 : !piece.beyond;
}

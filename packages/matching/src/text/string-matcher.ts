import { asBytes, MeshError } from "@dualmesh/core";
import { checkKind, checkText, knownKeys } from "../config/check-config.ts";
import { compileRegex, type RegexLimits } from "../regex/regex.ts";
import { foldAscii } from "./ascii-fold.ts";

/**
 * How a text is judged.
 *
 * @see Envoy, `envoy.type.matcher.v3.StringMatcher`
 */
export type StringMatcher = LiteralStringMatcher | RegexStringMatcher;

/** By comparison with a text that is known. */
export interface LiteralStringMatcher {
  readonly kind: "exact" | "prefix" | "suffix" | "contains";
  /** Empty is allowed for `exact` only: the others would match anything. */
  readonly value: string;
  /** Compares A–Z and a–z alike; other letters keep their case. Default false. */
  readonly ignoreCase?: boolean;
}

/** By a regular expression that must match the whole text. `(?i)` in front of it ignores case. */
export interface RegexStringMatcher {
  readonly kind: "regex";
  readonly pattern: string;
}

/** A compiled judgement of texts. */
export interface StringPredicate {
  matches(text: string): boolean;
  /** One line for people: `prefix "/api", ignoring case`. Stable. */
  toString(): string;
}

/**
 * Compiles a matcher.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern, or an empty value of anything but `exact`.
 */
export function compileStringMatcher(config: StringMatcher, limits: RegexLimits = {}): StringPredicate {
  checkKind("string matcher", config, KINDS);
  if (config.kind === "regex") return new RegexPredicate(config.pattern, limits);
  const { kind, value, ignoreCase = false } = config;
  checkText("string matcher", "value", value);
  if (value === "" && kind !== "exact") {
    throw new MeshError("INVALID_ARGUMENT", `string matcher: ${kind} needs at least one character`);
  }
  const text = `${kind} ${JSON.stringify(value)}${ignoreCase ? ", ignoring case" : ""}`;
  const compare = COMPARE[kind];
  const literal = (form: string): StringPredicate =>
    ignoreCase ? new FoldedPredicate(foldAscii(form), compare, text) : new Literal(form, compare, text);
  const bytes = asBytes(value);
  return bytes === value ? literal(value) : new EitherForm(literal(value), literal(bytes));
}

const LITERAL = knownKeys<LiteralStringMatcher>("kind", "value", "ignoreCase");

const KINDS: Readonly<Record<StringMatcher["kind"], ReadonlySet<string>>> = {
  exact: LITERAL,
  prefix: LITERAL,
  suffix: LITERAL,
  contains: LITERAL,
  regex: knownKeys<RegexStringMatcher>("kind", "pattern"),
};

type Compare = (text: string, value: string) => boolean;

const COMPARE: Readonly<Record<LiteralStringMatcher["kind"], Compare>> = {
  exact: (text, value) => text === value,
  prefix: (text, value) => text.startsWith(value),
  suffix: (text, value) => text.endsWith(value),
  contains: (text, value) => text.includes(value),
};

class Literal implements StringPredicate {
  readonly #value: string;
  readonly #compare: Compare;
  readonly #text: string;

  constructor(value: string, compare: Compare, text: string) {
    this.#value = value;
    this.#compare = compare;
    this.#text = text;
  }

  matches(text: string): boolean {
    return this.#compare(text, this.#value);
  }

  toString(): string {
    return this.#text;
  }
}

class FoldedPredicate implements StringPredicate {
  readonly #folded: string;
  readonly #compare: Compare;
  readonly #text: string;

  constructor(folded: string, compare: Compare, text: string) {
    this.#folded = folded;
    this.#compare = compare;
    this.#text = text;
  }

  matches(text: string): boolean {
    return text.length >= this.#folded.length && this.#compare(foldAscii(text), this.#folded);
  }

  toString(): string {
    return this.#text;
  }
}

/** Text outside of ASCII, as frames have it and as heads of HTTP have it. */
class EitherForm implements StringPredicate {
  readonly #text: StringPredicate;
  readonly #bytes: StringPredicate;

  constructor(text: StringPredicate, bytes: StringPredicate) {
    this.#text = text;
    this.#bytes = bytes;
  }

  matches(text: string): boolean {
    return this.#text.matches(text) || this.#bytes.matches(text);
  }

  toString(): string {
    return String(this.#text);
  }
}

class RegexPredicate implements StringPredicate {
  readonly #regex: ReturnType<typeof compileRegex>;

  constructor(pattern: string, limits: RegexLimits) {
    this.#regex = compileRegex(pattern, limits);
  }

  matches(text: string): boolean {
    return this.#regex.matches(text);
  }

  toString(): string {
    return `regex "${this.#regex.pattern}"`;
  }
}

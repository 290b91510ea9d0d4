import { asBytes, MeshError } from "@dualmesh/core";
import { checkKind, checkText, knownKeys } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileIntegerRange, type IntegerRange } from "../text/integer-range.ts";
import {
  compileStringMatcher,
  type LiteralStringMatcher,
  type StringMatcher,
  type StringPredicate,
} from "../text/string-matcher.ts";
import { fieldName, firstValue, type MatchableHead } from "./head-field.ts";
import type { HeaderReading } from "./reading.ts";
import type { HeadPredicate } from "./request-predicate.ts";

/**
 * How a header is judged. Each value of a repeated header is judged on its own, and one that fits is enough: `one`
 * matches the two values `one` and `two`, but not the single value `one,two`.
 *
 * A missing header never matches, inverted or not, save for `present` and where `treatMissingAsEmpty` is set.
 *
 * @see Envoy, `envoy.config.route.v3.HeaderMatcher`
 */
export type HeaderMatcher = ValueHeaderMatcher | RangeHeaderMatcher | PresentHeaderMatcher;

interface AnyHeaderMatcher {
  /** In any case. `host` and `:authority` mean the same; `:method`, `:path` (with query) and `:scheme` work too. */
  readonly name: string;
  /** Turns the judgement of all values together round. Default false. */
  readonly invert?: boolean;
}

/** By its value as a text. */
export interface ValueHeaderMatcher extends AnyHeaderMatcher {
  readonly kind: "value";
  readonly value: StringMatcher;
  /** Judges a missing header as if it were there and empty. Default false. */
  readonly treatMissingAsEmpty?: boolean;
}

/** By its value as an exact whole number; `5.0` and `5x` are none. */
export interface RangeHeaderMatcher extends AnyHeaderMatcher {
  readonly kind: "range";
  readonly range: IntegerRange;
  /** Judges a missing header as if it were there and empty, and so outside of any range. Default false. */
  readonly treatMissingAsEmpty?: boolean;
}

/** By whether it is there at all, be it empty. */
export interface PresentHeaderMatcher extends AnyHeaderMatcher {
  readonly kind: "present";
  /** False: it must be missing. `invert` turns that round again. Default true. */
  readonly present?: boolean;
  /** Takes a missing header for one that is there and empty, so that its presence decides nothing. Default false. */
  readonly treatMissingAsEmpty?: boolean;
}

/**
 * Compiles a matcher.
 *
 * ```ts
 * import { createHeaders } from "@dualmesh/core";
 * import { compileHeaderMatcher } from "@dualmesh/matching";
 *
 * const canary = compileHeaderMatcher({ kind: "value", name: "x-group", value: { kind: "exact", value: "canary" } });
 * const headers = createHeaders(["X-Group", "canary"]);
 * const head = { method: "GET", scheme: "http", authority: "a.test", path: "/", headers };
 * console.log(canary.matches(head)); // => true
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name, a bad pattern, an empty prefix and the like, or a bad range.
 */
export function compileHeaderMatcher(config: HeaderMatcher, limits: RegexLimits = {}): HeadPredicate {
  checkKind("header matcher", config, KINDS);
  checkText("header matcher", "name", config.name);
  if (config.name === "") throw new MeshError("INVALID_ARGUMENT", "header matcher: the name is empty");
  const name = fieldName(config.name);
  const { invert = false } = config;
  if (config.kind === "present") {
    return new Presence(name, (config.present ?? true) !== invert, config.treatMissingAsEmpty ?? false);
  }
  const value: StringPredicate =
    config.kind === "range" ? compileIntegerRange(config.range) : compileStringMatcher(config.value, limits);
  const exact = config.kind === "value" && config.value.kind === "exact" && !config.value.ignoreCase;
  const detail = exact ? formsOf((config.value as LiteralStringMatcher).value) : "whole";
  const missingIsEmpty = config.treatMissingAsEmpty ?? false;
  const reads: HeaderReading = {
    kind: "header",
    name,
    detail,
    decisive: exact && !invert && !missingIsEmpty,
  };
  return new ByValue(reads, value, invert, missingIsEmpty);
}

/** A value as frames have it and, where that differs, as heads of HTTP have it. */
function formsOf(value: string): readonly string[] {
  const bytes = asBytes(value);
  return bytes === value ? [value] : [value, bytes];
}

const KINDS: Readonly<Record<HeaderMatcher["kind"], ReadonlySet<string>>> = {
  value: knownKeys<ValueHeaderMatcher>("kind", "name", "value", "invert", "treatMissingAsEmpty"),
  range: knownKeys<RangeHeaderMatcher>("kind", "name", "range", "invert", "treatMissingAsEmpty"),
  present: knownKeys<PresentHeaderMatcher>("kind", "name", "present", "invert", "treatMissingAsEmpty"),
};

class Presence implements HeadPredicate {
  readonly reads: HeaderReading;
  readonly #name: string;
  readonly #wanted: boolean;
  readonly #missingIsEmpty: boolean;

  constructor(name: string, wanted: boolean, missingIsEmpty: boolean) {
    this.reads = { kind: "header", name, detail: "presence" };
    this.#missingIsEmpty = missingIsEmpty;
    this.#name = name;
    this.#wanted = wanted;
  }

  matches(head: MatchableHead): boolean {
    return (this.#missingIsEmpty || firstValue(head, this.#name) !== undefined) === this.#wanted;
  }

  toString(): string {
    const missing = this.#missingIsEmpty ? ", a missing one being empty" : "";
    return `header ${this.#name} is ${this.#wanted ? "present" : "missing"}${missing}`;
  }
}

class ByValue implements HeadPredicate {
  readonly reads: HeaderReading;
  readonly #name: string;
  readonly #value: StringPredicate;
  readonly #invert: boolean;
  readonly #missingIsEmpty: boolean;

  constructor(reads: HeaderReading, value: StringPredicate, invert: boolean, missingIsEmpty: boolean) {
    this.reads = reads;
    this.#name = reads.name;
    this.#value = value;
    this.#invert = invert;
    this.#missingIsEmpty = missingIsEmpty;
  }

  matches(head: MatchableHead): boolean {
    const first = firstValue(head, this.#name) ?? (this.#missingIsEmpty ? "" : undefined);
    if (first === undefined) return false;
    return (this.#value.matches(first) || this.#furtherMatches(head)) !== this.#invert;
  }

  #furtherMatches(head: MatchableHead): boolean {
    if (this.#name.startsWith(":")) return false;
    const values = head.headers.getAll(this.#name);
    for (let i = 1; i < values.length; i++) {
      if (this.#value.matches(values[i] as string)) return true;
    }
    return false;
  }

  toString(): string {
    const missing = this.#missingIsEmpty ? ", a missing one being empty" : "";
    return `header ${this.#name} ${this.#invert ? "not " : ""}${this.#value}${missing}`;
  }
}

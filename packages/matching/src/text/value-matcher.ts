import { MeshError } from "@dualmesh/core";
import { checkKind, knownKeys, unknownKind } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileStringMatcher, type StringMatcher } from "./string-matcher.ts";

/**
 * How a value of JSON is judged.
 *
 * @see Envoy, `envoy.type.matcher.v3.ValueMatcher`
 */
export type ValueMatcher =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: StringMatcher }
  | { readonly kind: "number"; readonly value: number }
  /** From `start`, and less than `end`. */
  | { readonly kind: "range"; readonly start: number; readonly end: number }
  /** Whatever it is, as long as there is one. */
  | { readonly kind: "present" }
  /** A list of which one member matches. */
  | { readonly kind: "list"; readonly oneOf: ValueMatcher }
  | { readonly kind: "any"; readonly of: readonly ValueMatcher[] }
  /** Nothing matches: what Envoy makes of `present_match: false`. */
  | { readonly kind: "never" };

/** A compiled judgement of values; `undefined` is a value that is missing. */
export interface ValuePredicate {
  matches(value: unknown): boolean;
  /** One line for people. Stable. */
  toString(): string;
}

/** Matchers nest no deeper: a bound on the stack, for configuration that comes from others. */
const MAX_DEPTH = 32;

/**
 * Compiles a matcher. A value of another type never matches: 3 is not "3".
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad text matcher, an empty choice, or over 32 levels.
 */
export function compileValueMatcher(config: ValueMatcher, limits: RegexLimits = {}): ValuePredicate {
  return compileLevel(config, limits, 1);
}

function compileLevel(config: ValueMatcher, limits: RegexLimits, depth: number): ValuePredicate {
  if (depth > MAX_DEPTH) {
    throw new MeshError("INVALID_ARGUMENT", `value matcher: it is over the limit of ${MAX_DEPTH} levels`);
  }
  checkKind("value matcher", config, KINDS);
  switch (config.kind) {
    case "null":
      return predicate("null", (value) => value === null);
    case "boolean":
      return predicate(String(config.value), (value) => value === config.value);
    case "number":
      return predicate(String(config.value), (value) => value === config.value);
    case "string": {
      const text = compileStringMatcher(config.value, limits);
      return predicate(String(text), (value) => typeof value === "string" && text.matches(value));
    }
    case "range": {
      const { start, end } = config;
      return predicate(
        `in [${start}, ${end})`,
        (value) => typeof value === "number" && value >= start && value < end,
      );
    }
    case "present":
      return predicate("present", (value) => value !== undefined);
    case "never":
      return predicate("never", () => false);
    case "list": {
      const one = compileLevel(config.oneOf, limits, depth + 1);
      return predicate(
        `a list with ${one}`,
        (value) => Array.isArray(value) && value.some((member) => one.matches(member)),
      );
    }
    case "any": {
      if (!Array.isArray(config.of) || config.of.length === 0) {
        throw new MeshError("INVALID_ARGUMENT", "value matcher: a choice needs at least one matcher");
      }
      const any = config.of.map((one) => compileLevel(one, limits, depth + 1));
      return predicate(any.join(" or "), (value) => any.some((one) => one.matches(value)));
    }
    default:
      throw unknownKind("value matcher", config);
  }
}

const ALONE = knownKeys<ValueMatcher>("kind");
const WITH_VALUE = knownKeys<ValueMatcher>("kind", "value");

const KINDS: Readonly<Record<ValueMatcher["kind"], ReadonlySet<string>>> = {
  null: ALONE,
  boolean: WITH_VALUE,
  string: WITH_VALUE,
  number: WITH_VALUE,
  range: knownKeys<ValueMatcher>("kind", "start", "end"),
  present: ALONE,
  list: knownKeys<ValueMatcher>("kind", "oneOf"),
  any: knownKeys<ValueMatcher>("kind", "of"),
  never: ALONE,
};

function predicate(text: string, matches: (value: unknown) => boolean): ValuePredicate {
  return { matches, toString: () => text };
}

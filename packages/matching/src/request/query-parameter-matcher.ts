import { MeshError } from "@dualmesh/core";
import { checkKind, checkText, knownKeys } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileStringMatcher, type StringMatcher, type StringPredicate } from "../text/string-matcher.ts";
import type { MatchableHead } from "./head-field.ts";
import { findQueryParameter } from "./query-parameter.ts";
import type { Reading } from "./reading.ts";
import type { HeadPredicate } from "./request-predicate.ts";

/**
 * How a query parameter is judged: by the first of several values, as it was written.
 *
 * @see Envoy, `envoy.config.route.v3.QueryParameterMatcher`
 */
export type QueryParameterMatcher =
  | { readonly kind: "value"; readonly name: string; readonly value: StringMatcher }
  /** `present` false: it must be missing. Default true. */
  | { readonly kind: "present"; readonly name: string; readonly present?: boolean };

/**
 * Compiles a matcher.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name or a bad value matcher.
 */
export function compileQueryParameterMatcher(
  config: QueryParameterMatcher,
  limits: RegexLimits = {},
): HeadPredicate {
  checkKind("query parameter matcher", config, KINDS);
  const { name } = config;
  checkText("query parameter matcher", "name", name);
  if (name === "") throw new MeshError("INVALID_ARGUMENT", "query parameter matcher: the name is empty");
  if (config.kind === "present") return new Presence(name, config.present ?? true);
  return new ByValue(name, compileStringMatcher(config.value, limits));
}

const KINDS: Readonly<Record<QueryParameterMatcher["kind"], ReadonlySet<string>>> = {
  value: knownKeys<QueryParameterMatcher>("kind", "name", "value"),
  present: knownKeys<QueryParameterMatcher>("kind", "name", "present"),
};

class Presence implements HeadPredicate {
  readonly reads: Reading;
  readonly #name: string;
  readonly #wanted: boolean;

  constructor(name: string, wanted: boolean) {
    this.reads = { kind: "query", name };
    this.#name = name;
    this.#wanted = wanted;
  }

  matches(head: MatchableHead): boolean {
    return (findQueryParameter(head.path, this.#name) !== undefined) === this.#wanted;
  }

  toString(): string {
    return `query parameter ${this.#name} is ${this.#wanted ? "present" : "missing"}`;
  }
}

class ByValue implements HeadPredicate {
  readonly reads: Reading;
  readonly #name: string;
  readonly #value: StringPredicate;

  constructor(name: string, value: StringPredicate) {
    this.reads = { kind: "query", name };
    this.#name = name;
    this.#value = value;
  }

  matches(head: MatchableHead): boolean {
    const value = findQueryParameter(head.path, this.#name);
    return value !== undefined && this.#value.matches(value);
  }

  toString(): string {
    return `query parameter ${this.#name} ${this.#value}`;
  }
}

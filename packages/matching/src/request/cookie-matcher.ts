import { MeshError } from "@dualmesh/core";
import { checkKeys, checkText, knownKeys } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileStringMatcher, type StringMatcher, type StringPredicate } from "../text/string-matcher.ts";
import { findCookie } from "./cookie.ts";
import type { MatchableHead } from "./head-field.ts";
import type { Reading } from "./reading.ts";
import type { HeadPredicate } from "./request-predicate.ts";

/**
 * How a cookie is judged. A missing one matches where the judgement is inverted, and not otherwise.
 *
 * @see Envoy, `envoy.config.route.v3.CookieMatcher`
 */
export interface CookieMatcher {
  /** In this very case. */
  readonly name: string;
  readonly value: StringMatcher;
  /** Default false. */
  readonly invert?: boolean;
}

/**
 * Compiles a matcher.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name or a bad value matcher.
 */
export function compileCookieMatcher(config: CookieMatcher, limits: RegexLimits = {}): HeadPredicate {
  checkKeys("cookie matcher", config, KEYS);
  checkText("cookie matcher", "name", config.name);
  if (config.name === "") throw new MeshError("INVALID_ARGUMENT", "cookie matcher: the name is empty");
  return new ByCookie(config.name, compileStringMatcher(config.value, limits), config.invert ?? false);
}

const KEYS = knownKeys<CookieMatcher>("name", "value", "invert");

class ByCookie implements HeadPredicate {
  readonly reads: Reading = { kind: "header", name: "cookie", detail: "whole" };
  readonly #name: string;
  readonly #value: StringPredicate;
  readonly #invert: boolean;

  constructor(name: string, value: StringPredicate, invert: boolean) {
    this.#name = name;
    this.#value = value;
    this.#invert = invert;
  }

  matches(head: MatchableHead): boolean {
    const value = findCookie(head.headers.getAll("cookie"), this.#name);
    return (value !== undefined && this.#value.matches(value)) !== this.#invert;
  }

  toString(): string {
    return `cookie ${this.#name} ${this.#invert ? "not " : ""}${this.#value}`;
  }
}

import { MeshError } from "@dualmesh/core";
import { checkKeys, checkText, knownKeys } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileStringMatcher, type StringMatcher, type StringPredicate } from "../text/string-matcher.ts";
import { findLabel, isLabelName } from "./baggage.ts";
import type { MatchableHead } from "./head-field.ts";
import type { Reading } from "./reading.ts";
import type { RequestFacts } from "./request-facts.ts";
import type { HeadPredicate, RequestPredicate } from "./request-predicate.ts";

/** How a label is judged. A missing one matches where the judgement is inverted, and not otherwise. */
export interface LabelMatcher {
  readonly name: string;
  readonly value: StringMatcher;
  /** Default false. */
  readonly invert?: boolean;
}

/**
 * Compiles a matcher for labels that travel with the call: members of the field `baggage`, such as `lane=green`.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a name that no member of baggage can have, or a bad value matcher.
 */
export function compileLabelMatcher(config: LabelMatcher, limits: RegexLimits = {}): HeadPredicate {
  checkKeys("label matcher", config, KEYS);
  checkText("label matcher", "name", config.name);
  if (!isLabelName(config.name)) {
    throw new MeshError("INVALID_ARGUMENT", `label matcher: "${config.name}" is no name of a label`);
  }
  return new TravellingLabel(config, compileStringMatcher(config.value, limits));
}

/**
 * Compiles a matcher for labels of the workload that calls.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name or a bad value matcher.
 */
export function compileSourceLabelMatcher(config: LabelMatcher, limits: RegexLimits = {}): RequestPredicate {
  checkKeys("source label matcher", config, KEYS);
  checkText("source label matcher", "name", config.name);
  if (config.name === "") throw new MeshError("INVALID_ARGUMENT", "source label matcher: the name is empty");
  return new SourceLabel(config, compileStringMatcher(config.value, limits));
}

const KEYS = knownKeys<LabelMatcher>("name", "value", "invert");

abstract class ByLabel implements RequestPredicate {
  abstract readonly reads: Reading;
  protected readonly name: string;
  readonly #kind: string;
  readonly #value: StringPredicate;
  readonly #invert: boolean;

  constructor(kind: string, { name, invert = false }: LabelMatcher, value: StringPredicate) {
    this.name = name;
    this.#kind = kind;
    this.#value = value;
    this.#invert = invert;
  }

  abstract matches(head: MatchableHead, facts: RequestFacts): boolean;

  protected judge(value: string | undefined): boolean {
    return (value !== undefined && this.#value.matches(value)) !== this.#invert;
  }

  toString(): string {
    return `${this.#kind} ${this.name} ${this.#invert ? "not " : ""}${this.#value}`;
  }
}

class TravellingLabel extends ByLabel implements HeadPredicate {
  readonly reads: Reading = { kind: "header", name: "baggage", detail: "whole" };

  constructor(config: LabelMatcher, value: StringPredicate) {
    super("label", config, value);
  }

  matches(head: MatchableHead): boolean {
    return this.judge(findLabel(head.headers.getAll("baggage"), this.name));
  }
}

class SourceLabel extends ByLabel {
  readonly reads: Reading = { kind: "facts" };

  constructor(config: LabelMatcher, value: StringPredicate) {
    super("source label", config, value);
  }

  matches(_: MatchableHead, { sourceLabels }: RequestFacts): boolean {
    return this.judge(sourceLabels?.get(this.name));
  }
}

import { systemRandom } from "@dualmesh/core";
import {
  checkKeys,
  checkList,
  compileCookieMatcher,
  compileFactMatcher,
  compileHeaderMatcher,
  compileInputPredicate,
  compileLabelMatcher,
  compileQueryParameterMatcher,
  compileSourceLabelMatcher,
  type HeadPredicate,
  isGrpcContentType,
  knownKeys,
  type MatchableHead,
  type PathPredicate,
  pathWithoutQuery,
  type Reading,
  type RegexLimits,
  type RequestPredicate,
} from "@dualmesh/matching";
import { checkFraction, drawFraction, fractionText, type RuntimeFraction } from "./fraction.ts";
import type { MatchFacts } from "./match-facts.ts";
import type { RouteMatchConfig } from "./route-config.ts";
import type { RoutePath } from "./route-path.ts";

/** What a request must be like. */
export interface RouteMatcher {
  readonly path: PathPredicate;
  /** See `PathPredicate`: where an index finds the route. */
  readonly literal: string;
  readonly whole: boolean;
  readonly ignoresCase: boolean;
  /** A value of a header that every matching request has: where an index may find the route, too. */
  readonly pivot: { readonly name: string; readonly value: string } | undefined;
  /** What of a request it looks at, besides path and chance. */
  readonly reads: readonly Reading[];
  /** Whether it is the share of the requests that decides at last. */
  readonly byChance: boolean;
  /**
   * Judges a head, and its path as it takes part in matching, all but chance. For routes that an index has found: the
   * literal is not compared again where it decides.
   */
  matches(head: MatchableHead, path: string, facts: MatchFacts): boolean;
  /** Draws, for a head that matches. */
  draw(facts: MatchFacts): boolean;
  /** Why a head does not match, but for chance; `undefined` if it does. */
  mismatch(head: MatchableHead, path: string, facts: MatchFacts): string | undefined;
  /** `5 of 100` for a route that chance decides about; else `undefined`. */
  readonly chance: string | undefined;
  /** What must hold besides path and chance, one text for each. */
  readonly conditions: readonly string[];
  /** All conditions in one line. Stable. */
  toString(): string;
}

/** Compiles conditions. */
export function compileRouteMatcher(
  config: RouteMatchConfig,
  path: RoutePath,
  limits: RegexLimits,
): RouteMatcher {
  checkMatch(config);
  const { methods } = config;
  const connect = config.path.kind === "connect" ? ["CONNECT"] : undefined;
  const conditions: RequestPredicate[] = [
    ...(connect === undefined ? [] : [methodIn(connect)]),
    ...(methods === undefined ? [] : [methodIn(methods)]),
    ...(config.headers ?? []).map((header) => compileHeaderMatcher(header, limits)),
    ...(config.queryParameters ?? []).map((parameter) => compileQueryParameterMatcher(parameter, limits)),
    ...(config.cookies ?? []).map((cookie) => compileCookieMatcher(cookie, limits)),
    ...(config.labels ?? []).map((label) => compileLabelMatcher(label, limits)),
    ...(config.sourceLabels ?? []).map((label) => compileSourceLabelMatcher(label, limits)),
    ...(config.facts ?? []).map((fact) => compileFactMatcher(fact, limits)),
    ...(config.where === undefined ? [] : [compileInputPredicate(config.where, limits)]),
  ];
  if (config.grpc ?? false) conditions.push(GRPC);
  if (config.fraction !== undefined) checkFraction("fraction", config.fraction);
  return new CompiledMatcher(path, conditions, config.fraction);
}

const KEYS = knownKeys<RouteMatchConfig>(
  "path",
  "methods",
  "headers",
  "queryParameters",
  "cookies",
  "labels",
  "sourceLabels",
  "facts",
  "where",
  "grpc",
  "fraction",
);

const LISTS = [
  "methods",
  "headers",
  "queryParameters",
  "cookies",
  "labels",
  "sourceLabels",
  "facts",
] as const;

function checkMatch(config: RouteMatchConfig): void {
  checkKeys("match", config, KEYS);
  for (const key of LISTS) checkList("match", key, config[key]);
}

const GRPC: HeadPredicate = {
  matches: (head) => isGrpcContentType(head.headers.get("content-type")),
  reads: { kind: "header", name: "content-type", detail: "whole" },
  toString: () => "gRPC",
};

function methodIn(methods: readonly string[]): HeadPredicate {
  return {
    matches: ({ method }) => methods.includes(method),
    reads: { kind: "header", name: ":method", detail: methods },
    toString: () => `method ${methods.join(" or ")}`,
  };
}

const NO_READINGS: readonly Reading[] = [];

class CompiledMatcher implements RouteMatcher {
  readonly literal: string;
  readonly whole: boolean;
  readonly ignoresCase: boolean;
  readonly pivot: RouteMatcher["pivot"];
  readonly reads: readonly Reading[];
  readonly byChance: boolean;
  readonly #path: RoutePath;
  readonly #conditions: readonly RequestPredicate[];
  readonly #fraction: RuntimeFraction | undefined;

  constructor(
    path: RoutePath,
    conditions: readonly RequestPredicate[],
    fraction: RuntimeFraction | undefined,
  ) {
    const { literal, whole, ignoresCase } = path.predicate;
    this.literal = literal;
    this.whole = whole;
    this.ignoresCase = ignoresCase;
    this.pivot = conditions.map(pivotOf).find((pivot) => pivot !== undefined);
    const reads = conditions.flatMap((condition) => condition.reads);
    // What stands for a path elsewhere has no parameters.
    if (path.seesParameters) reads.push({ kind: "header", name: ":path", detail: "whole" });
    this.reads = reads.length === 0 ? NO_READINGS : reads;
    this.byChance = fraction !== undefined && !isCertain(fraction);
    this.#path = path;
    this.#conditions = conditions;
    this.#fraction = fraction;
  }

  get chance(): string | undefined {
    return this.byChance ? fractionText(this.#fraction as RuntimeFraction) : undefined;
  }

  get path(): PathPredicate {
    return this.#path.predicate;
  }

  get conditions(): readonly string[] {
    return this.#conditions.map(String);
  }

  matches(head: MatchableHead, path: string, facts: MatchFacts): boolean {
    if (!this.#path.literalDecides && this.#path.predicate.match(this.#judged(head, path)) < 0) return false;
    for (const condition of this.#conditions) {
      if (!condition.matches(head, facts)) return false;
    }
    return true;
  }

  draw(facts: MatchFacts): boolean {
    if (!this.byChance) return true;
    return drawFraction(this.#fraction as RuntimeFraction, facts.random ?? systemRandom, facts.runtime);
  }

  mismatch(head: MatchableHead, path: string, facts: MatchFacts): string | undefined {
    if (this.#path.predicate.match(this.#judged(head, path)) < 0)
      return `path is not ${this.#path.predicate}`;
    const failed = this.#conditions.find((condition) => !condition.matches(head, facts));
    return failed && `fails ${failed}`;
  }

  #judged(head: MatchableHead, path: string): string {
    return this.#path.seesParameters ? pathWithoutQuery(head.path) : path;
  }

  toString(): string {
    const { chance } = this;
    const parts = [
      this.#path.predicate,
      ...this.#conditions,
      ...(chance === undefined ? [] : [`${chance} by chance`]),
    ];
    return parts.join(" and ");
  }
}

function isCertain({ numerator, denominator, runtimeKey = "" }: RuntimeFraction): boolean {
  return runtimeKey === "" && numerator >= denominator;
}

/** What an inverted matcher wants is not one value, nor what one wants that takes a missing header for an empty one. */
function pivotOf(condition: RequestPredicate): RouteMatcher["pivot"] {
  const { reads } = condition;
  if (!("kind" in reads) || reads.kind !== "header" || !reads.decisive) return undefined;
  const { detail, name } = reads;
  const value = Array.isArray(detail) && detail.length === 1 ? (detail[0] as string) : undefined;
  return value === undefined ? undefined : { name, value };
}

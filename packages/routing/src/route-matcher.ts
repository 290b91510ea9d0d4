import { systemRandom } from "@dualmesh/core";
import {
  compileHeaderMatcher,
  compileQueryParameterMatcher,
  type HeadPredicate,
  isGrpcContentType,
  type MatchableHead,
  type RegexLimits,
} from "@dualmesh/matching";
import { checkFraction, drawFraction, fractionText, type RuntimeFraction } from "./fraction.ts";
import type { MatchFacts } from "./match-facts.ts";
import type { RouteMatchConfig } from "./route-config.ts";
import type { RoutePath } from "./route-path.ts";

/** What a request must be like. */
export interface RouteMatcher {
  /** Judges a head, and its path as it takes part in matching. Draws by chance last, if all else holds. */
  matches(head: MatchableHead, path: string, facts: MatchFacts): boolean;
  /** Why a head does not match, but for chance; `undefined` if it does. */
  mismatch(head: MatchableHead, path: string): string | undefined;
  /** `5 of 100` for a route that chance decides about; else `undefined`. */
  readonly chance: string | undefined;
  /** All conditions in one line. Stable. */
  toString(): string;
}

/** Compiles conditions. */
export function compileRouteMatcher(
  config: RouteMatchConfig,
  path: RoutePath,
  limits: RegexLimits,
): RouteMatcher {
  const conditions: HeadPredicate[] = [
    ...(config.headers ?? []).map((header) => compileHeaderMatcher(header, limits)),
    ...(config.queryParameters ?? []).map((parameter) => compileQueryParameterMatcher(parameter, limits)),
  ];
  if (config.grpc ?? false) conditions.push(GRPC);
  if (config.fraction !== undefined) checkFraction("fraction", config.fraction);
  return new CompiledMatcher(path, conditions, config.fraction);
}

const GRPC: HeadPredicate = {
  matches: (head) => isGrpcContentType(head.headers.get("content-type")),
  toString: () => "gRPC",
};

class CompiledMatcher implements RouteMatcher {
  readonly #path: RoutePath["predicate"];
  readonly #conditions: readonly HeadPredicate[];
  readonly #fraction: RuntimeFraction | undefined;

  constructor(path: RoutePath, conditions: readonly HeadPredicate[], fraction: RuntimeFraction | undefined) {
    this.#path = path.predicate;
    this.#conditions = conditions;
    this.#fraction = fraction;
  }

  get chance(): string | undefined {
    const fraction = this.#fraction;
    if (fraction === undefined) return undefined;
    const certain = fraction.runtimeKey === undefined && fraction.numerator >= fraction.denominator;
    return certain ? undefined : fractionText(fraction);
  }

  matches(head: MatchableHead, path: string, facts: MatchFacts): boolean {
    if (this.#path.match(path) < 0) return false;
    for (const condition of this.#conditions) {
      if (!condition.matches(head)) return false;
    }
    if (this.#fraction === undefined) return true;
    return drawFraction(this.#fraction, facts.random ?? systemRandom, facts.runtime);
  }

  mismatch(head: MatchableHead, path: string): string | undefined {
    if (this.#path.match(path) < 0) return `path is not ${this.#path}`;
    const failed = this.#conditions.find((condition) => !condition.matches(head));
    return failed && `fails ${failed}`;
  }

  toString(): string {
    const chance = this.chance;
    const parts = [this.#path, ...this.#conditions, ...(chance === undefined ? [] : [`${chance} by chance`])];
    return parts.join(" and ");
  }
}

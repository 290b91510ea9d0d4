import { MeshError, type Random } from "@dualmesh/core";
import {
  compileHeaderMatcher,
  compileQueryParameterMatcher,
  type HeadPredicate,
  isGrpcContentType,
  type MatchableHead,
  type RegexLimits,
} from "@dualmesh/matching";
import type { Fraction, RouteMatchConfig } from "./route-config.ts";
import type { RoutePath } from "./route-path.ts";

/** What a request must be like. */
export interface RouteMatcher {
  /** Judges a head, and its path as it takes part in matching. Draws by chance last, if all else holds. */
  matches(head: MatchableHead, path: string, random: Random): boolean;
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
  if (config.fraction !== undefined) checkFraction(config.fraction);
  return new CompiledMatcher(path, conditions, config.fraction);
}

const GRPC: HeadPredicate = {
  matches: (head) => isGrpcContentType(head.headers.get("content-type")),
  toString: () => "gRPC",
};

class CompiledMatcher implements RouteMatcher {
  readonly #path: RoutePath["predicate"];
  readonly #conditions: readonly HeadPredicate[];
  readonly #fraction: Fraction | undefined;

  constructor(path: RoutePath, conditions: readonly HeadPredicate[], fraction: Fraction | undefined) {
    this.#path = path.predicate;
    this.#conditions = conditions;
    this.#fraction = fraction;
  }

  get chance(): string | undefined {
    const fraction = this.#fraction;
    if (fraction === undefined || fraction.numerator >= fraction.denominator) return undefined;
    return `${fraction.numerator} of ${fraction.denominator}`;
  }

  matches(head: MatchableHead, path: string, random: Random): boolean {
    if (this.#path.match(path) < 0) return false;
    for (const condition of this.#conditions) {
      if (!condition.matches(head)) return false;
    }
    return this.#fraction === undefined || drawn(this.#fraction, random);
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

/** What is certain costs no draw, so that a test's chance is spent on what it is about. */
function drawn({ numerator, denominator }: Fraction, random: Random): boolean {
  if (numerator <= 0) return false;
  return numerator >= denominator || random() * denominator < numerator;
}

function checkFraction({ numerator, denominator }: Fraction): void {
  if (!(numerator >= 0) || !(denominator > 0)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `fraction: the numerator must be 0 or more and the denominator more than 0, got ${numerator} of ${denominator}`,
    );
  }
}

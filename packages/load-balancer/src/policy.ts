/** How one of several equally fit endpoints is chosen. */
export type Policy = RoundRobinPolicy | LeastRequestPolicy | RandomPolicy;

/**
 * One after the other, from a random start. With unequal weights: earliest deadline first, so that an endpoint of weight
 * 3 gets three picks where one of weight 1 gets one, evenly interleaved.
 */
export interface RoundRobinPolicy {
  readonly kind: "round-robin";
}

/**
 * Prefers endpoints with few picks out. With equal weights: the least busy of a few drawn by chance. With unequal ones:
 * as round robin, over `weight / (active + 1) ^ activeRequestBias`.
 */
export interface LeastRequestPolicy {
  readonly kind: "least-request";
  /** Endpoints drawn, with replacement, as Envoy draws them. Integer from 2. Default 2. */
  readonly choiceCount?: number;
  /** 0 ignores the picks that are out; more than 1 shuns busy endpoints harder. From 0. Default 1. */
  readonly activeRequestBias?: number;
}

/** By chance alone. Weights are ignored, as Envoy's random policy ignores them. */
export interface RandomPolicy {
  readonly kind: "random";
}

/**
 * Refuses a policy that makes no sense.
 *
 * @throws {RangeError} naming the option.
 */
export function checkPolicy(policy: Policy): void {
  if (policy.kind !== "least-request") return;
  const { choiceCount = 2, activeRequestBias = 1 } = policy;
  if (!Number.isInteger(choiceCount) || choiceCount < 2) {
    throw new RangeError(`load balancer: choiceCount must be an integer from 2, got ${choiceCount}`);
  }
  if (!(activeRequestBias >= 0)) {
    throw new RangeError(`load balancer: activeRequestBias must be 0 or more, got ${activeRequestBias}`);
  }
}

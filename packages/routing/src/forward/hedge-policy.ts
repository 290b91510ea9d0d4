import type { Fraction } from "../route/fraction.ts";

/**
 * When a second attempt begins while the first is still under way. Data for whoever makes attempts; routing itself does
 * nothing with it.
 *
 * @see Envoy, `envoy.config.route.v3.HedgePolicy`
 */
export interface HedgePolicy {
  /** Attempts that begin at once. Integer from 1. Default 1. */
  readonly initialRequests?: number;
  /** The chance of one more at once. Default: none. */
  readonly additionalRequestChance?: Fraction;
  /** An attempt that takes too long goes on beside the next one. Default false. */
  readonly hedgeOnPerTryTimeout?: boolean;
}

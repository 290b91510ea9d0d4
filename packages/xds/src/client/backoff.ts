import type { Random } from "@dualmesh/core";

export interface BackoffOptions {
  readonly random: Random;
  /** The wait after the first failure. Milliseconds. Default 1,000. */
  readonly initialMs?: number;
  /** The longest wait. Milliseconds, before the jitter. Default 30,000. */
  readonly maxMs?: number;
}

/** Waits between attempts to reach a control plane. */
export interface Backoff {
  /** The next wait in milliseconds. */
  next(): number;
  /** Begins anew: the server has answered. */
  reset(): void;
}

/** gRPC's figures; the maximum is lower, since a mesh without configuration is worth a packet every 30 s. */
const FACTOR = 1.6;
const JITTER = 0.2;

/**
 * Exponential waits, ±20 %, so that the clients of a control plane that restarts do not come back together.
 *
 * @see gRPC, "Connection Backoff Protocol"
 */
export function createBackoff(options: BackoffOptions): Backoff {
  const { random, initialMs = 1_000, maxMs = 30_000 } = options;
  if (!(initialMs > 0 && maxMs >= initialMs)) {
    throw new RangeError(`backoff: 0 < initialMs ≤ maxMs is needed, got ${initialMs} ms and ${maxMs} ms`);
  }
  let waitMs = initialMs;
  return {
    next() {
      const jittered = waitMs * (1 - JITTER + 2 * JITTER * random());
      waitMs = Math.min(waitMs * FACTOR, maxMs);
      return jittered;
    },
    reset() {
      waitMs = initialMs;
    },
  };
}

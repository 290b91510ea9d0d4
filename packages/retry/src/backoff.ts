import type { Random } from "@dualmesh/core";

export interface BackoffOptions {
  /** The longest wait before the first retry; doubles for each further one. Milliseconds, at least 1. Default 25. */
  readonly baseMs?: number;
  /** The longest wait ever. Milliseconds, at least `baseMs`. Default ten times `baseMs`. */
  readonly maxMs?: number;
}

export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * @throws {RangeError} on a base under 1 ms, or a maximum under the base.
 */
export function resolveBackoff(options: BackoffOptions = {}): Backoff {
  const { baseMs = 25 } = options;
  const maxMs = options.maxMs ?? 10 * baseMs;
  if (!(baseMs >= 1 && baseMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`retry: backoff.baseMs must be 1 ms or more, got ${baseMs}`);
  }
  if (!(maxMs >= baseMs)) {
    throw new RangeError(`retry: backoff.maxMs must be at least baseMs (${baseMs} ms), got ${maxMs}`);
  }
  return { baseMs, maxMs };
}

/**
 * How long to wait before a retry: exponential with full jitter, anything from 0 to `min(base × 2^(retry - 1), max)`.
 * The jitter takes the whole range, so that clients which failed together do not come back together.
 *
 * @param retry the number of the retry, from 1.
 * @see Envoy, "Router", x-envoy-max-retries, notes on back-off
 */
export function backoffMs({ baseMs, maxMs }: Backoff, retry: number, random: Random): number {
  return random() * Math.min(baseMs * 2 ** (retry - 1), maxMs);
}

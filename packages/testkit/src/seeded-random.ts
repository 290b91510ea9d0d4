import type { Random } from "@dualmesh/core";

/**
 * Chance that repeats: the same seed gives the same floats on every machine. Statistical quality of mulberry32, which
 * is enough to draw endpoints and jitter; a period of 2^32.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Chance that was written down: gives the values in order.
 *
 * @throws {RangeError} at once for a value outside [0, 1), and in the call after the last value: code that draws more
 * often than the test expects is a finding.
 */
export function randomOf(...values: readonly number[]): Random {
  for (const value of values) {
    if (!(value >= 0 && value < 1)) throw new RangeError(`randomOf: a value lies in [0, 1), got ${value}`);
  }
  let drawn = 0;
  return () => {
    const value = values[drawn++];
    if (value === undefined) {
      throw new RangeError(`randomOf: ${values.length} values were given, a further one was drawn`);
    }
    return value;
  };
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketOf, lowerBound, MAX_VALUE, upperBound } from "../../src/metrics/bucket.ts";

const inRange = fc.double({ min: 2 ** -19, max: MAX_VALUE, noNaN: true });

describe("a bucket", () => {
  test("holds values over its lower bound, up to and with its upper bound", () => {
    fc.assert(
      fc.property(inRange, (value) => {
        const bucket = bucketOf(value);
        expect(lowerBound(bucket)).toBeLessThan(value);
        expect(upperBound(bucket)).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is at most a 32nd of its lower bound wide", () => {
    fc.assert(
      fc.property(inRange, (value) => {
        const bucket = bucketOf(value);
        const low = lowerBound(bucket);
        expect((upperBound(bucket) - low) / low).toBeLessThanOrEqual(1 / 32);
      }),
    );
  });

  test("begins where the one before it ends", () => {
    for (const bucket of [1, 2, 31, 32, 33, 640, 641, 1_919]) {
      expect(lowerBound(bucket + 1)).toBe(upperBound(bucket));
      expect(bucketOf(upperBound(bucket))).toBe(bucket);
    }
  });

  test.each([0, -0, -1, 2 ** -20, Number.MIN_VALUE, Number.NEGATIVE_INFINITY])(
    "0 takes %s, which is next to nothing",
    (value) => {
      expect(bucketOf(value)).toBe(0);
    },
  );

  test("at the end takes what is too large for all", () => {
    const last = bucketOf(MAX_VALUE);
    expect(upperBound(last)).toBe(MAX_VALUE);
    expect([bucketOf(MAX_VALUE * 2), bucketOf(Number.MAX_VALUE)]).toEqual([last, last]);
  });

  test.each([0.5, 1, 5, 10, 25, 50, 100])("%d, a bound of Prometheus, is the end of its bucket", (bound) => {
    expect(upperBound(bucketOf(bound))).toBe(bound);
  });
});

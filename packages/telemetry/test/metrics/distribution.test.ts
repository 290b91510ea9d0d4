import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Buckets } from "../../src/metrics/distribution.ts";

function of(...values: readonly number[]): Buckets {
  const buckets = new Buckets();
  for (const value of values) buckets.add(value);
  return buckets;
}

/** The nearest rank, from all values. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
}

const latency = fc.double({ min: 0.001, max: 1e9, noNaN: true });

describe("a distribution", () => {
  test("counts and sums", () => {
    const buckets = of(1, 2, 3.5);
    expect([buckets.count, buckets.sum]).toEqual([3, 6.5]);
  });

  test("of nothing has no quantiles", () => {
    expect(new Buckets().quantile(0.5)).toBeNaN();
    expect([new Buckets().count, new Buckets().countUpTo(1)]).toEqual([0, 0]);
  });

  test("gives quantiles within 3.2 % of the exact ones", () => {
    const share = fc.constantFrom(0, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1);
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), share, (values, q) => {
        const exact = exactQuantile(values, q);
        const error = Math.abs(of(...values).quantile(q) - exact) / exact;
        expect(error).toBeLessThanOrEqual(0.032);
      }),
    );
  });

  test("interpolates inside a bucket, as if values were spread evenly", () => {
    // 12 ends the bucket that begins at 11.75.
    const buckets = of(12, 12, 12, 12);
    expect([0, 0.5, 1].map((q) => buckets.quantile(q))).toEqual([11.75, 11.875, 12]);
  });

  test("takes a share outside of 0 to 1 for the nearest one", () => {
    const buckets = of(1, 100);
    expect(buckets.quantile(-1)).toBe(buckets.quantile(0));
    expect(buckets.quantile(2)).toBe(buckets.quantile(1));
  });

  test("counts what is at most a bound, the bound itself included", () => {
    const buckets = of(1, 5, 5, 5.5, 10, 80);
    expect([0.5, 1, 5, 10, 100].map((bound) => buckets.countUpTo(bound))).toEqual([0, 1, 3, 5, 6]);
  });

  test("counts a bucket that a bound cuts by its middle", () => {
    // 249 and 251 fall into the bucket over 248, up to 252.
    const buckets = of(249, 251);
    expect([248, 249.9, 250, 252].map((bound) => buckets.countUpTo(bound))).toEqual([0, 0, 2, 2]);
  });

  test("takes negative values for 0, and leaves out what is no number", () => {
    const buckets = of(-5, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect([buckets.count, buckets.sum, buckets.quantile(1)]).toEqual([2, 0, 0]);
  });

  test("cuts off what is over a million million, so that one value cannot ruin a sum", () => {
    expect(of(1e300).sum).toBe(2 ** 40);
  });

  test("reaches from the smallest to the largest without losing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2 ** 41, noNaN: true })), (values) => {
        const buckets = of(...values);
        expect(buckets.count).toBe(values.length);
        expect(buckets.countUpTo(2 ** 41)).toBe(values.length);
      }),
    );
  });

  test("knows the sum of what came since a copy of it", () => {
    const buckets = of(1, 2);
    const copy = buckets.copy();
    buckets.add(4);
    expect([buckets.since(copy).sum, copy.sum]).toEqual([4, 3]);
  });

  test("tells what came since a copy of it", () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (before, after) => {
        const buckets = of(...before);
        const copy = buckets.copy();
        for (const value of after) buckets.add(value);
        const since = buckets.since(copy);
        expect(since.count).toBe(after.length);
        for (const q of [0.1, 0.5, 0.9]) expect(since.quantile(q)).toEqual(of(...after).quantile(q));
        expect(copy.count).toBe(before.length);
      }),
    );
  });
});

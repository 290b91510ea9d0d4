import { expect, test } from "vitest";
import { Latencies } from "../src/traffic/latencies.ts";

test("percentiles are those of the calls that ended in the interval", () => {
  const latencies = new Latencies();
  for (let i = 1; i <= 100; i++) latencies.record(i, i);
  latencies.record(101, 5_000);
  expect(latencies.percentiles([50, 99, 100], 1, 101)).toEqual([50, 99, 100]);
  expect(latencies.percentiles([100], 101, 102)).toEqual([5_000]);
});

test("an interval in which nothing ended has no percentiles", () => {
  const latencies = new Latencies();
  latencies.record(10, 1);
  expect(latencies.percentiles([50], 11, 20)).toEqual([Number.NaN]);
});

test("a full record forgets the oldest calls", () => {
  const latencies = new Latencies(2);
  for (const tookMs of [100, 1, 2]) latencies.record(0, tookMs);
  expect(latencies.percentiles([100], 0, 1)).toEqual([2]);
});

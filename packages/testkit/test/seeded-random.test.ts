import { expect, test } from "vitest";
import { randomOf, seededRandom } from "../src/index.ts";

test("one seed gives one sequence, another seed another", () => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("values lie in [0, 1) and spread evenly", () => {
  const random = seededRandom(42);
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.floor(random() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(tenths).toHaveLength(10);
  expect(Math.min(...tenths)).toBeGreaterThan(900);
  expect(Math.max(...tenths)).toBeLessThan(1_100);
});

test("scripted chance gives its values, and then complains", () => {
  const random = randomOf(0.25, 0);
  expect([random(), random()]).toEqual([0.25, 0]);
  expect(random).toThrow("randomOf: 2 values were given, a further one was drawn");
  expect(() => randomOf(1)).toThrow("randomOf: a value lies in [0, 1), got 1");
});

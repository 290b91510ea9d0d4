import { describe, expect, test } from "vitest";
import { EdfScheduler } from "../src/edf.ts";

const scheduler = (weights: readonly number[], start = 0): EdfScheduler =>
  new EdfScheduler(weights.length, (item) => weights[item] as number, start);

const picks = (edf: EdfScheduler, count: number): number[] => Array.from({ length: count }, () => edf.next());

describe("earliest deadline first, as Envoy's scheduler has it", () => {
  test.each([
    { weights: [1, 2], start: 0, expected: [1, 0, 1, 1, 0, 1] },
    { weights: [1, 2], start: 1 / 3, expected: [0, 1, 1, 0, 1, 1] },
    { weights: [1, 1], start: 0, expected: [0, 1, 0, 1, 0, 1] },
    { weights: [7], start: 0.5, expected: [0, 0, 0] },
  ])("weights $weights from $start give $expected", ({ weights, start, expected }) => {
    expect(picks(scheduler(weights, start), expected.length)).toEqual(expected);
  });

  test("over all starts the first pick falls on each item as often as its weight", () => {
    const firsts = [0, 0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const item = scheduler([6, 3, 1], seed / 10 + 1e-9).next();
      firsts[item] = (firsts[item] as number) + 1;
    }
    expect(firsts).toEqual([6, 3, 1]);
  });

  test("a start in the middle goes on as if the picks before had been made", () => {
    const weights = [5, 1, 3, 2];
    const played = scheduler(weights);
    picks(played, 7);
    expect(picks(scheduler(weights, 7 / 11 + 1e-9), 22)).toEqual(picks(played, 22));
  });

  test("an item comes back with the weight it has then", () => {
    const weights = [1, 2];
    const edf = scheduler(weights);
    picks(edf, 3);
    weights[0] = 4;
    weights[1] = 1;
    picks(edf, 2);
    const zeros = picks(edf, 50).filter((item) => item === 0);
    expect(zeros).toHaveLength(40);
  });
});

import { expect, test } from "vitest";
import { exitCodeOf } from "../src/scenario/verdict.ts";

const held = { reason: undefined };

test.each([
  ["every step held and nothing was lost", [held, held], { lost: 0, inDoubt: 0 }, 0],
  ["a step did not hold", [held, { reason: "seen was something else" }], { lost: 0, inDoubt: 0 }, 1],
  ["a call was lost between two steps", [held], { lost: 1, inDoubt: 0 }, 1],
  ["a call is in doubt", [held], { lost: 0, inDoubt: 1 }, 1],
])("%s", (_, results, counts, exitCode) => {
  expect(exitCodeOf(results, counts)).toBe(exitCode);
});

import { expect, test } from "vitest";
import { PLAIN } from "../src/live/paint.ts";
import type { StepResult } from "../src/scenario/play.ts";
import { stepTable } from "../src/scenario/step-table.ts";

function result(number: number, title: string, reason: string | undefined): StepResult {
  const none = { web: 0, "orders-v1": 0, "orders-v2": 0 };
  const surely = { calls: 0, v1: 0, v2: 0 };
  const counts = { calls: 99, answered: 99, notExecuted: 0, inDoubt: 0, lost: 0, v1: 99, v2: 0, surely };
  return {
    number,
    title,
    reason,
    flow: { ...counts, seconds: 1, left: none, arrived: none, p50Ms: 4.51, p99Ms: 1_030 },
  };
}

test("each step has a line, and what did not hold has its reason below, in short", () => {
  const results = [
    result(1, "all calls direct", undefined),
    result(2, "flip", "web-sidecar ended (exit 1)\n  dualmesh: why"),
  ];
  expect(stepTable(results, PLAIN)).toEqual([
    "  step                 calls      p50       p99",
    "  1  all calls direct     99   4.5 ms    1.03 s  held",
    "  2  flip                 99   4.5 ms    1.03 s  not held",
    "  2  web-sidecar ended (exit 1)",
  ]);
});

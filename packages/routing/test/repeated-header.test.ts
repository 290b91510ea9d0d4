import { expect, test } from "vitest";
import type { RouteConfig } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo, tableOf } from "./table-of.ts";

/** Enough routes that ask for one value of the same header to be found by it. */
const VALUES = ["1", "2", "3", "4", "5"];

const routes: readonly RouteConfig[] = [
  ...VALUES.map((value) => ({
    ...routeTo("/", {}, { name: value }),
    match: {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: "x-a", value: { kind: "exact", value } }],
      fraction: { numerator: 50, denominator: 100 },
    } as const,
  })),
  routeTo("/", {}, { name: "rest" }),
];

test.each<[string[], number[], string]>([
  [["x-a", "1", "x-a", "1"], [0.9], "rest"],
  [["x-a", "1", "x-a", "1", "x-a", "1"], [0.1], "1"],
  [["x-a", "2", "x-a", "1", "x-a", "2"], [0.9, 0.1], "2"],
  [["x-a", "2", "x-a", "1", "x-a", "1"], [0.9, 0.9], "rest"],
  [["x-a", "9", "x-a", "9"], [], "rest"],
])(
  "a route is drawn for once, however often a value is repeated: %j, drawn %j, takes %s",
  (headers, draws, expected) => {
    for (const cachePaths of [0, 16]) {
      const left = [...draws];
      const random = (): number => {
        const draw = left.shift();
        if (draw === undefined) throw new Error("nothing was left to be drawn");
        return draw;
      };
      const table = tableOf(routes, {}, { cachePaths });
      expect(table.match(headOf({ headers }), { random })?.name).toBe(expected);
      expect(left).toEqual([]);
    }
  },
);

import { expect, test } from "vitest";
import type { RuntimeLayerSource } from "../../src/index.ts";
import { livePlane } from "../live-source.ts";

const LAYERS: readonly RuntimeLayerSource[] = [
  {
    kind: "static",
    name: "base",
    values: { a: { b: 1 }, c: "base", f: { numerator: 5, denominator: "TEN_THOUSAND" } },
  },
  { kind: "rtds", name: "live" },
  { kind: "static", name: "last", values: { z: 9 } },
];

test("later layers win, key by key", async () => {
  await using live = await livePlane({ runtime: LAYERS }, [
    ["runtime", { name: "live", layer: { c: "live", z: 1, d: true } }],
  ]);
  const { runtime } = live.plane;
  expect(runtime.entries()).toEqual([
    ["a.b", 1],
    ["c", "live"],
    ["d", true],
    ["f", { numerator: 5, denominator: "TEN_THOUSAND" }],
    ["z", 9],
  ]);
  expect(runtime.get("c")).toBe("live");
  expect(runtime.get("nothing")).toBeUndefined();
});

test.each([
  [12, 12],
  ["12.5", 12.5],
  [" ", undefined],
  ["x", undefined],
  [true, undefined],
  [[1], undefined],
  [{ numerator: 5 }, 5],
  [{ numerator: 5, denominator: "TEN_THOUSAND" }, 0.05],
  [{ numerator: 5, denominator: "MILLION" }, 0.0005],
  [{ numerator: 5, denominator: "DOZEN" }, undefined],
])("as a number %j is %j", async (value, expected) => {
  await using live = await livePlane(
    { runtime: [{ kind: "static", name: "base", values: { k: value } }] },
    [],
  );
  expect(live.plane.runtime.getNumber("k")).toBe(expected);
});

test("observers hear of changes, and of nothing else", async () => {
  await using live = await livePlane({ runtime: LAYERS }, [["runtime", { name: "live", layer: { k: 1 } }]]);
  const heard: unknown[] = [];
  const watch = live.plane.onRuntime((runtime) => heard.push(runtime.get("k")));
  live.source.put("runtime", { name: "live", layer: { k: 1 } });
  await live.settled();
  live.source.put("runtime", { name: "live", layer: { k: 2 } });
  await live.settled();
  watch[Symbol.dispose]();
  live.source.put("runtime", { name: "live", layer: { k: 3 } });
  await live.settled();
  expect(heard).toEqual([2]);
  expect(live.plane.runtime.get("k")).toBe(3);
});

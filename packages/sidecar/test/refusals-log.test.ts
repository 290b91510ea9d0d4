import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ResourceState } from "@dualmesh/xds";
import { expect, test } from "vitest";
import { RefusalsLog } from "../src/refusals-log.ts";

const bytes = new Uint8Array(0);
const good: ResourceState = { kind: "present", value: {}, version: "1", bytes };
const rejected = (...problems: readonly string[]): ResourceState => ({
  ...good,
  rejected: { version: "2", problems, atWallMs: 0 },
});

test("a refusal is told once for each reason, and anew after it was good", () => {
  const said: string[] = [];
  const refusals = new RefusalsLog(({ message }) => said.push(message));
  const look = (state: ResourceState): readonly string[] => {
    said.length = 0;
    refusals.look([{ typeUrl: TYPE_URL.CDS, name: "orders", state }]);
    return [...said];
  };
  expect(look({ kind: "invalid", reason: "no" })).toEqual(['Cluster "orders" was refused: no']);
  expect(look({ kind: "invalid", reason: "no" })).toEqual([]);
  expect(look(rejected("a", "b"))).toEqual([
    'Cluster "orders" was refused: a; b; the version before it stays',
  ]);
  expect(look(good)).toEqual([]);
  expect(look(rejected("a", "b"))).toHaveLength(1);
});

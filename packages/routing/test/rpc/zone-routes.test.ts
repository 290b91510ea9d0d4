import { describe, expect, test } from "vitest";
import { createRouteTable } from "../../src/index.ts";
import { type ZoneRule, zoneRoutes } from "../../src/sofa/index.ts";
import { headOf } from "../head-of.ts";

const action = { kind: "forward", clusters: { kind: "single", name: "orders" } } as const;

function zoneOf(rule: Partial<ZoneRule>, uid: string | undefined): unknown {
  const routes = zoneRoutes({ zones: [], userHeader: "uid", action, ...rule });
  const table = createRouteTable({ virtualHosts: [{ name: "v", domains: ["*"], routes }] });
  const match = table.match(headOf({ headers: uid === undefined ? [] : ["uid", uid] }));
  return match?.kind === "forward" ? match.endpointMetadata : match?.kind;
}

describe("zones by the last two digits of a user's id", () => {
  const zones = [
    { zone: "RZ01", first: 0, last: 7 },
    { zone: "RZ02", first: 8, last: 34 },
    { zone: "RZ03", first: 35, last: 99 },
  ];

  test("each shard is its zone's", () => {
    for (let shard = 0; shard < 100; shard++) {
      const uid = `2088${String(shard).padStart(2, "0")}`;
      const expected = zones.find(({ first, last }) => shard >= first && shard <= last)?.zone;
      expect(zoneOf({ zones }, uid), uid).toEqual({ zone: expected });
    }
  });

  test.each([undefined, "", "7", "ada", "2088x7"])("the id %j is of no shard", (uid) => {
    expect(zoneOf({ zones, otherwise: "GZ00" }, uid)).toEqual({ zone: "GZ00" });
    expect(zoneOf({ zones }, uid)).toBeUndefined();
  });

  test("endpoints may name their zone by another key", () => {
    expect(zoneOf({ zones, zoneKey: "ldc" }, "10")).toEqual({ ldc: "RZ02" });
  });

  test.each([
    [[{ zone: "a", first: 0, last: 100 }], 'zone "a": shards go from 0 to 99, got 0 to 100'],
    [[{ zone: "a", first: 5, last: 4 }], 'zone "a": shards go from 0 to 99, got 5 to 4'],
    [
      [
        { zone: "a", first: 0, last: 5 },
        { zone: "b", first: 5, last: 9 },
      ],
      'zone "b": shard 5 is served by "a" already',
    ],
  ])("%j are refused", (wrong, reason) => {
    expect(() => zoneOf({ zones: wrong }, "1")).toThrow(reason);
  });
});

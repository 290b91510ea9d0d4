import { seededRandom } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uint64Modulo } from "../src/forward/uint64-modulo.ts";
import { type ClusterSpecifier, compileWeightedChoice, createRouteTable, FILTER_OFF } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

const weighted = (weights: Record<string, number>, headerName?: string): ClusterSpecifier => ({
  kind: "weighted",
  clusters: Object.entries(weights).map(([name, weight]) => ({ cluster: { kind: "single", name }, weight })),
  ...(headerName === undefined ? {} : { headerName }),
});

const never = (): number => {
  throw new Error("nothing was to be drawn");
};

function clusterOf(clusters: ClusterSpecifier, headers: string[] = [], random = never): string | undefined {
  return tableOf([routeTo("/", { clusters })]).match(headOf({ headers }), { random })?.cluster;
}

describe("a cluster named by a header", () => {
  const clusters: ClusterSpecifier = { kind: "header", headerName: "X-Cluster" };
  test.each([
    [["x-cluster", "a"], "a"],
    [["x-cluster", "A"], "A"],
    [["x-cluster", "a", "x-cluster", "b"], "a"],
    [["x-cluster", ""], ""],
    [[], ""],
  ])("%j: %j", (headers, expected) => {
    expect(clusterOf(clusters, headers)).toBe(expected);
  });

  test("is no cluster that a table names", () => {
    const table = tableOf([
      routeTo("/h", { clusters }),
      routeTo("/w", { clusters: weighted({ b: 1, c: 2 }) }),
    ]);
    expect([...table.clusters]).toEqual(["b", "c"]);
    expect([...table.clustersOf("any.test")]).toEqual(["b", "c"]);
  });

  test("can be one of several by weight", () => {
    const one: ClusterSpecifier = { kind: "weighted", clusters: [{ cluster: clusters, weight: 1 }] };
    expect(clusterOf(one, ["x-cluster", "b"], () => 0)).toBe("b");
  });
});

describe("weighted clusters", () => {
  test.each([
    [{ a: 0, b: 100 }, 0, "b"],
    [{ a: 1, b: 0 }, 0.999_999, "a"],
    [{ a: 90, b: 10 }, 0.899, "a"],
    [{ a: 90, b: 10 }, 0.9, "b"],
    [{ a: 1, b: 0, c: 1 }, 0.5, "c"],
    [{ a: 2 ** 32 - 2, b: 1 }, 1 - 2 ** -33, "b"],
  ])("%j, drawn %d: %s", (weights, draw, expected) => {
    expect(clusterOf(weighted(weights), [], () => draw)).toBe(expected);
  });

  test("share requests as their weights say", () => {
    const random = seededRandom(11);
    const table = tableOf([routeTo("/", { clusters: weighted({ a: 70, b: 20, c: 10 }) })]);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 20_000; i++) {
      const cluster = table.match(headOf(), { random })?.cluster ?? "none";
      counts[cluster] = (counts[cluster] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(["a", "b", "c"]);
    expect(counts["a"]! / 20_000).toBeCloseTo(0.7, 1);
    expect(counts["b"]! / 20_000).toBeCloseTo(0.2, 1);
    expect(counts["c"]! / 20_000).toBeCloseTo(0.1, 1);
  });

  test.each([
    ["0", "a"],
    ["49", "a"],
    ["50", "b"],
    ["100", "a"],
    ["+60", "b"],
    [" 60 ", "b"],
    ["007", "a"],
    ["18446744073709551615", "a"],
    ["18446744073709551565", "b"],
    [`${"0".repeat(60_000)}60`, "b"],
  ])("are chosen by the header %j alone: %s", (value, expected) => {
    expect(clusterOf(weighted({ a: 50, b: 50 }, "X-Select"), ["x-select", value])).toBe(expected);
  });

  test.each([
    [["x-select", "-1"]],
    [["x-select", "abc"]],
    [["x-select", ""]],
    [["x-select", "5.5"]],
    [["x-select", "0x32"]],
    [["x-select", "18446744073709551616"]],
    [["x-select", "99999999999999999999"]],
    [["x-select", "0", "x-select", "0"]],
    // In linear time.
    [["x-select", `${"0".repeat(60_000)}x`]],
    [[]],
  ])("fall back to chance where the header is %j", (headers) => {
    expect(clusterOf(weighted({ a: 50, b: 50 }, "x-select"), headers, () => 0.2)).toBe("a");
    expect(clusterOf(weighted({ a: 50, b: 50 }, "x-select"), headers, () => 0.7)).toBe("b");
  });

  test.each([
    [{ a: 0 }, "the sum of weights must be from 1 to 4294967295, got 0"],
    [{}, "the sum of weights must be from 1 to 4294967295, got 0"],
    [{ a: 2 ** 32 - 1, b: 1 }, "the sum of weights must be from 1 to 4294967295, got 4294967296"],
    [{ a: -1, b: 2 }, "a weight must be an integer from 0 to 4294967295, got -1"],
    [{ a: 0.5 }, "a weight must be an integer from 0 to 4294967295, got 0.5"],
  ])("%j are refused", (weights, reason) => {
    expect(() => clusterOf(weighted(weights))).toThrow(reason);
  });

  test("may weigh up to 2^32-1 together", () => {
    expect(compileWeightedChoice("x", [2 ** 32 - 1], undefined).total).toBe(2 ** 32 - 1);
  });

  test("carry what the caller attached to them, and their filters' configuration comes first", () => {
    const table = tableOf(
      [
        routeTo(
          "/",
          {
            clusters: {
              kind: "weighted",
              clusters: [
                {
                  cluster: { kind: "single", name: "a" },
                  weight: 1,
                  extra: "cluster's",
                  typedPerFilter: new Map([["one", "cluster"]]),
                },
              ],
            },
          },
          {
            extra: "route's",
            typedPerFilter: new Map([
              ["one", "route"],
              ["two", "route"],
            ]),
          },
        ),
      ],
      { typedPerFilter: new Map([["three", "table"]]) },
    );
    const match = forwarded(table.match(headOf()));
    expect(match).toMatchObject({ clusterExtra: "cluster's", extra: "route's" });
    expect(["one", "two", "three", "four"].map((filter) => match.filterConfig(filter))).toEqual([
      "cluster",
      "route",
      "table",
      undefined,
    ]);
  });
});

describe("what levels say of a filter", () => {
  const cluster = { kind: "single", name: "a" } as const;
  const levels = (weighted: unknown, route: unknown, host: unknown, table: unknown) => {
    const said = (config: unknown) =>
      config === undefined ? {} : { typedPerFilter: new Map([["f", config]]) };
    const clusters = { kind: "weighted", clusters: [{ cluster, weight: 1, ...said(weighted) }] } as const;
    const config = {
      virtualHosts: [
        { name: "v", domains: ["*"], routes: [routeTo("/", { clusters }, said(route))], ...said(host) },
      ],
      ...said(table),
    };
    return forwarded(createRouteTable(config).match(headOf()));
  };

  test.each([
    [[undefined, undefined, undefined, undefined], undefined, []],
    [[undefined, undefined, undefined, "t"], true, ["t"]],
    [["c", "r", "h", "t"], true, ["c", "r", "h", "t"]],
    [[undefined, FILTER_OFF, "h", undefined], false, ["h"]],
    [["c", FILTER_OFF, undefined, "t"], true, ["c", "t"]],
    [[FILTER_OFF, "r", undefined, undefined], false, ["r"]],
    [[undefined, undefined, FILTER_OFF, "t"], false, ["t"]],
    [[undefined, "r", FILTER_OFF, undefined], true, ["r"]],
  ])("%j: on is %s, and the configurations are %j", ([weighted, route, host, table], on, configs) => {
    const match = levels(weighted, route, host, table);
    expect(match.filterEnabled("f")).toBe(on);
    expect(match.filterConfigs("f")).toEqual(configs);
    expect(match.filterConfig("f")).toBe(configs[0]);
    expect([match.filterEnabled("g"), match.filterConfigs("g")]).toEqual([undefined, []]);
  });
});

test("a number of 64 bits modulo one of 32 is what BigInt makes of it", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      (value, by) => {
        expect(uint64Modulo(String(value), by)).toBe(Number(value % BigInt(by)));
      },
    ),
  );
});

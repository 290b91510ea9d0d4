import { seededRandom } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRouteTable, type RouteConfig, type RouteMatchConfig, type RouteTable } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo, tableOf } from "./table-of.ts";

/** A route that is found again by its name. */
function named(name: string, match: RouteMatchConfig): RouteConfig {
  return { name, match, action: { kind: "direct-response", status: 200 } };
}

const exact = (value: string): RouteMatchConfig => ({ path: { kind: "exact", value } });
const prefix = (value: string): RouteMatchConfig => ({ path: { kind: "prefix", value } });

function nameOf(table: RouteTable, path: string, headers: string[] = []): string | undefined {
  return table.match(headOf({ path, headers }))?.name;
}

describe("the first route that matches", () => {
  const routes = [
    named("exact", exact("/exact")),
    named("folded", { path: { kind: "exact", value: "/CaseLess", ignoreCase: true } }),
    named("pre", prefix("/pre")),
    named("never", prefix("/prefix/longer")),
    named("dir", prefix("/dir/")),
    named("separated", { path: { kind: "separated-prefix", value: "/api/dev" } }),
    named("regex", { path: { kind: "regex", pattern: "/re/[a-z]+" } }),
    named("flag", { path: { kind: "regex", pattern: "/(?i)flag/[a-c]{2}" } }),
    named("query-1", {
      ...exact("/query"),
      queryParameters: [{ kind: "value", name: "q", value: { kind: "exact", value: "1" } }],
    }),
    named("query", exact("/query")),
    named("group", {
      ...prefix("/headers"),
      headers: [
        { kind: "value", name: "x-a", value: { kind: "exact", value: "1" } },
        { kind: "value", name: "x-b", value: { kind: "exact", value: "2" } },
      ],
    }),
    named("grpc", { ...prefix("/headers"), grpc: true }),
  ];

  test.each([
    ["/exact", "exact"],
    ["/exact?x=1", "exact"],
    ["/exact/", undefined],
    ["/Exact", undefined],
    ["/caselesS?Q=1", "folded"],
    ["/prefix/longer", "pre"],
    ["/x?/pre", undefined],
    ["/dir", undefined],
    ["/dir/", "dir"],
    ["/api/dev/v1", "separated"],
    ["/api/developer", undefined],
    ["/re/abc?d=1", "regex"],
    ["/re/abc1", undefined],
    ["/FLAG/aB", "flag"],
    ["/query?q=1", "query-1"],
    ["/query?q=2", "query"],
    ["/", undefined],
    ["//exact", undefined],
  ])("for %s is %j", (path, expected) => {
    expect(nameOf(tableOf(routes), path)).toBe(expected);
  });

  test.each([
    [["x-a", "1", "x-b", "2"], "group"],
    [["x-a", "1"], undefined],
    [["content-type", "application/grpc"], "grpc"],
    [["content-type", "application/grpc-web"], undefined],
  ])("needs all of its conditions: headers %j find %j", (headers, expected) => {
    expect(nameOf(tableOf(routes), "/headers", headers)).toBe(expected);
  });

  test("is not the most specific one", () => {
    expect(nameOf(tableOf([named("first", prefix("/")), named("second", exact("/exact"))]), "/exact")).toBe(
      "first",
    );
  });

  test("is missing in a virtual host without routes, and another virtual host is not asked", () => {
    const table = createRouteTable({
      virtualHosts: [
        { name: "empty", domains: ["a.test"], routes: [] },
        { name: "all", domains: ["*"], routes: [routeTo("/")] },
      ],
    });
    expect(table.match(headOf({ authority: "a.test" }))).toBeUndefined();
    expect(table.match(headOf({ authority: "b.test" }))?.virtualHost).toBe("all");
  });

  // As Envoy 1.40 answered.
  test.each([
    ["/a;x", "exact"],
    ["/a;", "exact"],
    ["/a;x;y", "exact"],
    ["/b;x/y?q", "separated"],
    ["/c;x", "regex"],
    ["/a/x;y", undefined],
    ["/a;x/y", undefined],
    ["/a;/", undefined],
    ["/a?;", "exact"],
    ["/a%3Bx", undefined],
    ["/b;/../a", "separated"],
    ["/d;x/e;y", "two"],
    ["/d;/;/e", undefined],
    ["/t/x;y/z", "template"],
    ["/t/x/z;y", undefined],
    ["/t;y/x/z", undefined],
    ["/u;v/x", "template with parameters"],
    ["/u/x", undefined],
  ])("for %s is %j where path parameters are ignored", (path, expected) => {
    const table = tableOf(
      [
        named("exact", exact("/a")),
        named("separated", { path: { kind: "separated-prefix", value: "/b" } }),
        named("regex", { path: { kind: "regex", pattern: "/c" } }),
        named("two", exact("/d/e")),
        named("template", { path: { kind: "template", template: "/t/{x}/z" } }),
        named("template with parameters", { path: { kind: "template", template: "/u;v/{x}" } }),
      ],
      { ignorePathParametersInPathMatching: true },
    );
    expect(nameOf(table, path)).toBe(expected);
  });

  test("is the same with an index as without", () => {
    const segment = fc.constantFrom("", "a", "ab", "b");
    const path = fc
      .array(segment, { minLength: 1, maxLength: 3 })
      .map((segments) => `/${segments.join("/")}`);
    const matcher = fc.oneof(
      path.map(exact),
      path.map(prefix),
      path.map((value): RouteMatchConfig => ({ path: { kind: "exact", value, ignoreCase: true } })),
      path
        .filter((value) => !value.endsWith("/"))
        .map((value): RouteMatchConfig => ({ path: { kind: "separated-prefix", value } })),
      path.map((value): RouteMatchConfig => ({ path: { kind: "regex", pattern: `${value}.?` } })),
    );
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 8, maxLength: 24 }), path, (matchers, asked) => {
        const routes = matchers.map((match, i) => named(String(i), match));
        // A table of a single route is never indexed.
        const first = routes.find((route) => tableOf([route]).match(headOf({ path: asked })) !== undefined);
        expect(nameOf(tableOf(routes), asked)).toBe(first?.name);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a share of requests", () => {
  const shared = (numerator: number, denominator: number): RouteTable =>
    tableOf([
      named("share", { ...prefix("/"), fraction: { numerator, denominator } }),
      named("rest", prefix("/")),
    ]);

  test.each([
    [0, 100, 0, "rest"],
    [100, 100, 0.999_999, "share"],
    [1_000_000, 1_000_000, 0.999_999, "share"],
    [200, 100, 0.999_999, "share"],
    [50, 100, 0.499, "share"],
    [50, 100, 0.5, "rest"],
    [1, 10_000, 0.000_099, "share"],
    [1, 10_000, 0.0001, "rest"],
  ])("%d of %d, drawn %d: %s", (numerator, denominator, draw, expected) => {
    expect(shared(numerator, denominator).match(headOf(), { random: () => draw })?.name).toBe(expected);
  });

  test("is drawn for only where all else holds, and not where it is certain", () => {
    let draws = 0;
    const random = (): number => {
      draws += 1;
      return 0.9;
    };
    const table = tableOf([
      named("other", { ...exact("/other"), fraction: { numerator: 50, denominator: 100 } }),
      named("all", { ...prefix("/"), fraction: { numerator: 100, denominator: 100 } }),
    ]);
    expect(table.match(headOf(), { random })?.name).toBe("all");
    expect(draws).toBe(0);
  });

  test("is kept over many requests", () => {
    const random = seededRandom(7);
    const table = shared(20, 100);
    const taken = Array.from({ length: 10_000 }, () => table.match(headOf(), { random })?.name);
    expect(taken.filter((name) => name === "share").length).toBeGreaterThan(1_850);
    expect(taken.filter((name) => name === "share").length).toBeLessThan(2_150);
  });

  test.each([
    [-1, 100],
    [1, 0],
    [Number.NaN, 100],
  ])("of %d of %d is refused", (numerator, denominator) => {
    expect(() => shared(numerator, denominator)).toThrow("fraction: the numerator must be 0 or more");
  });
});

describe("what cannot be compiled", () => {
  test("is refused with the virtual host, the place and the name of the route", () => {
    const broken = named("broken", { path: { kind: "regex", pattern: "(" } });
    expect(() => tableOf([routeTo("/"), broken])).toThrow(
      '[INVALID_ARGUMENT] virtual host "all", route 2 ("broken"): regular expression "("',
    );
    expect(() => tableOf([routeTo("/", { timeoutMs: -1 })])).toThrow(
      'virtual host "all", route 1: timeoutMs must be 0 or more milliseconds, got -1',
    );
  });

  test("keeps to the limits of expressions", () => {
    const virtualHosts = [
      { name: "all", domains: ["*"], routes: [named("", { path: { kind: "regex", pattern: "a{50}" } })] },
    ];
    expect(() => createRouteTable({ virtualHosts }, { regexLimits: { maxProgramSize: 20 } })).toThrow(
      "at most 20 instructions",
    );
  });
});

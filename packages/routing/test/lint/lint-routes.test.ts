import { describe, expect, test } from "vitest";
import type { RouteAction, RouteConfig, RouteMatchConfig, RouteTableConfig } from "../../src/index.ts";
import { createRouteTable } from "../../src/index.ts";
import { type LintOptions, lintRoutes } from "../../src/lint/index.ts";

const to = (name = "a"): RouteAction => ({ kind: "forward", clusters: { kind: "single", name } });
const route = (match: RouteMatchConfig, action = to(), name?: string): RouteConfig => ({
  match,
  action,
  ...(name === undefined ? {} : { name }),
});
const path = (
  kind: "exact" | "prefix" | "separated-prefix",
  value: string,
  ignoreCase = false,
): RouteMatchConfig => ({
  path: { kind, value, ignoreCase },
});
const regex = (pattern: string): RouteMatchConfig => ({ path: { kind: "regex", pattern } });
const header = (name: string, value: string) =>
  ({ kind: "value", name, value: { kind: "exact", value } }) as const;

function lint(routes: readonly RouteConfig[], options?: LintOptions): string[] {
  const table = createRouteTable({ virtualHosts: [{ name: "v", domains: ["v.test"], routes }] });
  return lintRoutes(table, options).map((one) => String(one).replace('virtual host "v", ', ""));
}

/** Whether the second of two routes is told to be without requests. */
function covers(first: RouteMatchConfig, second: RouteMatchConfig): boolean {
  return lint([route(first), route(second)]).some((one) => one.endsWith("(unreachable-route)"));
}

describe("a route takes all requests of a later one", () => {
  test.each<[RouteMatchConfig, RouteMatchConfig, boolean]>([
    [path("prefix", "/api"), path("prefix", "/api/v1"), true],
    [path("prefix", "/api/v1"), path("prefix", "/api"), false],
    [path("prefix", "/api"), path("exact", "/apis"), true],
    [path("prefix", "/api"), regex("/api/v\\d+"), true],
    [path("prefix", "/api"), regex("/ap.*"), false],
    [path("prefix", "/api"), { path: { kind: "template", template: "/api/{id}" } }, true],
    [path("prefix", "/api"), { path: { kind: "template", template: "/{api}/x" } }, false],
    [path("prefix", ""), regex("anything.+"), true],
    [path("prefix", "/"), regex(".*"), false],
    [path("separated-prefix", "/api"), path("prefix", "/api/"), true],
    [path("separated-prefix", "/api"), path("prefix", "/api"), false],
    [path("separated-prefix", "/api"), path("separated-prefix", "/api"), true],
    [path("separated-prefix", "/api"), path("exact", "/apis"), false],
    [path("exact", "/api"), path("exact", "/api"), true],
    [path("exact", "/api"), path("prefix", "/api"), false],
    [regex("/a+"), path("exact", "/aaa"), true],
    [regex("/a+"), path("exact", "/aab"), false],
    [regex("/a+"), regex("/a+"), true],
    [
      { path: { kind: "rpc", service: "shop.Cart" } },
      { path: { kind: "rpc", service: "shop.Cart", method: "add" } },
      true,
    ],
    [{ path: { kind: "rpc", service: "shop.Cart" } }, path("prefix", "/shop.Cart"), false],
    // Letters: with case the first leaves `/API` to the second.
    [path("prefix", "/api"), path("prefix", "/api", true), false],
    [path("prefix", "/api", true), path("prefix", "/API/x"), true],
    [path("exact", "/API", true), path("exact", "/api"), true],
  ])("%j before %j: %s", (first, second, expected) => {
    expect(covers(first, second)).toBe(expected);
  });

  test("only if it asks for nothing that the later does not ask for", () => {
    const [a, b] = [header("x-a", "1"), header("x-b", "1")];
    const where = (...headers: (typeof a)[]) => ({ ...path("prefix", "/"), headers });
    expect(covers(where(a), where(a, b))).toBe(true);
    expect(covers(where(a, b), where(a))).toBe(false);
    expect(covers(where(a), where(b))).toBe(false);
    expect(covers({ ...where(), fraction: { numerator: 99, denominator: 100 } }, where())).toBe(false);
    expect(covers(where(), { ...where(), fraction: { numerator: 1, denominator: 100 } })).toBe(true);
  });

  test("and is named, with what to do", () => {
    expect(lint([route(path("prefix", "/api")), route(path("exact", "/api/x"), to(), "x")])).toEqual([
      'route 2 ("x"): route 1 (prefix "/api") takes all its requests: put this one before it, or drop it (unreachable-route)',
    ]);
  });
});

test.each<[string, Partial<RouteMatchConfig>, string]>([
  ["a share of nothing", { fraction: { numerator: 0, denominator: 100 } }, "its share of the requests is 0"],
  ["no methods", { methods: [] }, "it wants one of no methods"],
  ["methods in small letters", { methods: ["GET", "post"] }, 'methods have their case: "post" is not POST'],
  [
    "a range of nothing",
    { headers: [{ kind: "range", name: "x-a", range: { start: 9, end: 1 } }] },
    "no number is in the range [9, 1) of header x-a",
  ],
  ["a header that has no name", { headers: [header("x y", "1")] }, '"x y" cannot be the name of a header'],
  ["a path without a slash", path("prefix", "api"), 'paths begin with a slash, and prefix "api" does not'],
  [
    "a path with a query",
    path("exact", "/a?b=1"),
    'paths are matched without their query, and exact "/a?b=1" has one',
  ],
  [
    "a variable of Express",
    { path: { kind: "template", template: "/users/:id" } },
    '":id" stands for itself in a template: write {id}',
  ],
  [
    "a header that is missing and there",
    {
      headers: [
        { kind: "present", name: "x-a", present: false },
        { kind: "present", name: "x-a" },
      ],
    },
    "header x-a must be missing, and be there",
  ],
  [
    "a header that is missing and has a value",
    { headers: [{ kind: "present", name: "x-a", present: false }, header("X-A", "1")] },
    "header x-a must be missing, and be there",
  ],
])("%s: nothing can match", (_, match, message) => {
  expect(lint([route({ ...path("prefix", "/"), ...match })])).toEqual([
    `route 1: ${message} (never-matches)`,
  ]);
});

test.each([
  ["/api/.*", 'prefix "/api/"'],
  ["^/api$", 'exact "/api"'],
  ["/api(/.*)?", 'separated-prefix "/api"'],
  ["/v1\\.0/.*", 'prefix "/v1.0/"'],
  [".*", 'prefix ""'],
])("the expression %s has plain words: %s", (pattern, plain) => {
  expect(lint([route(regex(pattern))])).toEqual([
    `route 1: the regex "${pattern}" says no more than ${plain}: write that (plain-regex)`,
  ]);
});

test.each(["/api/.+", "/a|/b", "/[a-z]+", "/api/[^/]+", ".*\\.png"])(
  "the expression %s has none",
  (pattern) => {
    expect(lint([route(regex(pattern))])).toEqual([]);
  },
);

test("expressions for headers and query parameters have plain words, too", () => {
  const value = (pattern: string) => ({ kind: "regex", pattern }) as const;
  const match: RouteMatchConfig = {
    ...path("prefix", "/"),
    headers: [
      { kind: "value", name: "user-agent", value: value(".*Chrome.*") },
      { kind: "value", name: "x-any", value: value(".*") },
    ],
    queryParameters: [{ kind: "value", name: "v", value: value("beta-.*") }],
  };
  expect(lint([route(match)])).toEqual([
    'route 1: for user-agent, the regex ".*Chrome.*" says no more than contains "Chrome": write that (plain-regex)',
    'route 1: for x-any, the regex ".*" says no more than that it is present: write that (plain-regex)',
    'route 1: for v, the regex "beta-.*" says no more than prefix "beta-": write that (plain-regex)',
  ]);
});

describe("shares", () => {
  const weighted = (...shares: readonly (readonly [string, number])[]): RouteAction => ({
    kind: "forward",
    clusters: {
      kind: "weighted",
      clusters: shares.map(([name, weight]) => ({ cluster: { kind: "single", name }, weight })),
    },
  });

  test.each([
    [weighted(["a", 100], ["b", 0]), ['cluster "b" has weight 0, and never gets a request']],
    [weighted(["a", 1], ["a", 2]), ['cluster "a" occurs twice: its shares add up']],
    [weighted(["a", 90], ["b", 10]), []],
  ])("%j", (action, messages) => {
    const found = lint([route(path("prefix", "/"), action)]);
    expect(found).toEqual(messages.map((message) => `route 1: ${message} (share-not-met)`));
  });

  test("of more than all are told", () => {
    expect(lint([route({ ...path("prefix", "/"), fraction: { numerator: 150, denominator: 100 } })])).toEqual(
      ["route 1: its share is 150 of 100: more than all counts as all (share-not-met)"],
    );
  });

  test("of clusters that are not there are told where it is known which there are", () => {
    const routes = [
      route(path("prefix", "/x"), weighted(["a", 1], ["gone", 1])),
      route(path("prefix", "/"), to("a")),
    ];
    expect(lint(routes)).toEqual([]);
    expect(lint(routes, { clusters: new Set(["a"]) })).toEqual([
      'route 1: there is no cluster "gone": its requests fail (unknown-cluster)',
    ]);
  });
});

describe("domains", () => {
  const hosts = (
    domains: Readonly<Record<string, readonly string[]>>,
    rest: Partial<RouteTableConfig> = {},
  ) =>
    lintRoutes(
      createRouteTable({
        virtualHosts: Object.entries(domains).map(([name, of]) => ({
          name,
          domains: of,
          routes: [route(path("prefix", "/"))],
        })),
        ...rest,
      }),
    ).map(String);

  test("that one loses to another in a way that one does not expect are told", () => {
    expect(hosts({ one: ["*.test"], two: ["orders.prod.*"] })).toEqual([
      'virtual host "two": domain orders.prod.* loses what *.test of "one" claims too, such as orders.prod.x.test: suffixes go before prefixes (overlapping-domains)',
    ]);
    // That the more specific of a kind stands before the wider is what one expects.
    const usual = { all: ["*.shop.test"], eu: ["eu.shop.test", "*.eu.shop.test"], other: ["*", "x.test"] };
    expect(hosts(usual)).toEqual([]);
  });

  test("of one virtual host do not stand in each other's way", () => {
    expect(hosts({ all: ["*.shop.test", "eu.shop.test"] })).toEqual([]);
  });

  test("that no authority can have are told", () => {
    expect(hosts({ a: ["a.*.test"] })[0]).toContain(
      "has a star that is neither its first nor its last character",
    );
    expect(hosts({ a: ["a.test:80"] }, { ignorePortInHostMatching: true })[0]).toContain("has a port");
    expect(hosts({ a: ["a.test:80", "[::1]"] })).toEqual([]);
  });

  test("without routes are told", () => {
    const table = createRouteTable({ virtualHosts: [{ name: "v", domains: ["*"] }] });
    expect(lintRoutes(table).map(String)).toEqual([
      'virtual host "v": it has no routes, and answers all requests with 404 (no-routes)',
    ]);
  });
});

describe("redirects", () => {
  const whole = (value: string): RouteAction => ({ kind: "redirect", path: { kind: "whole", value } });

  test("in a circle are told with the whole way, once", () => {
    expect(
      lint([route(path("exact", "/a"), whole("/b"), "one"), route(path("exact", "/b"), whole("/a"))]),
    ).toEqual([
      'route 1 ("one"): it leads in a circle: http://v.test/a to http://v.test/b to http://v.test/a (redirect-loop)',
    ]);
  });

  test.each<[string, RouteAction]>([
    ["a redirect to itself", { kind: "redirect", stripQuery: true }],
    ["a prefix that is put in front of itself", { kind: "redirect", path: { kind: "prefix", value: "/x/" } }],
  ])("%s is one", (_, action) => {
    expect(lint([route(path("prefix", "/"), action)])[0]).toContain("(redirect-loop)");
  });

  test.each<[string, RouteAction]>([
    ["elsewhere", { kind: "redirect", host: "other.test" }],
    ["to what is served", whole("/served")],
    // Another listener answers there.
    ["to another scheme", { kind: "redirect", scheme: "https" }],
  ])("%s are none", (_, action) => {
    expect(lint([route(path("exact", "/served")), route(path("prefix", "/"), action)])).toEqual([]);
  });

  test("rewrites are none: they happen once, and are not matched again", () => {
    const rewrite = (from: string, value: string) =>
      route(path("prefix", from), { ...to(), pathRewrite: { kind: "prefix", value } } as RouteAction);
    expect(lint([rewrite("/a", "/b"), rewrite("/b", "/a")])).toEqual([]);
  });
});

test("hosts, wildcards and conditions by the thousand are looked at in one go", () => {
  const hosts = Array.from({ length: 4_000 }, (_, i) => ({
    name: `v${i}`,
    domains: [`h${i}.test`, `*.h${i}.test`],
    routes: [],
  }));
  const routes = Array.from({ length: 4_000 }, (_, i) =>
    route({ ...path("prefix", "/"), headers: [header(`x-${i}`, "1")] }),
  );
  const virtualHosts = [...hosts, { name: "all", domains: ["*.test"], routes }];
  const table = createRouteTable({ virtualHosts });
  const rules = lintRoutes(table).map(({ rule }) => rule);
  expect(rules.filter((rule) => rule === "no-routes")).toHaveLength(4_000);
  expect(new Set(rules)).toEqual(new Set(["no-routes"]));
});

test("a table of another make is refused", () => {
  const table = createRouteTable({ virtualHosts: [] });
  expect(() => lintRoutes({ ...table })).toThrow("lint: the table is not one of @dualmesh/routing");
});

import { createHeaders } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { createRouteTable, type RouteConfig, type RouteTable } from "../../src/index.ts";
import { diffRoutes, sampleRequests } from "../../src/lint/index.ts";

const to = (name: string) => ({ kind: "forward", clusters: { kind: "single", name } }) as const;
const prefix = (value: string, name: string): RouteConfig => ({
  match: { path: { kind: "prefix", value } },
  action: to(name),
});

function tableOf(...routes: readonly RouteConfig[]): RouteTable {
  return createRouteTable({ virtualHosts: [{ name: "shop", domains: ["shop.test"], routes }] });
}

function diff(before: RouteTable, after: RouteTable): string[] {
  return diffRoutes(before, after).detours.map(
    ({ request, requests, before: was, after: is }) => `${requests} as ${request}: ${was} => ${is}`,
  );
}

test("tells which requests go to another cluster, and which have a way at all", () => {
  expect(diff(tableOf(prefix("/a", "one")), tableOf(prefix("/a", "two"), prefix("/b", "two")))).toEqual([
    "2 as GET shop.test/a: shop, route 1: to one, within 15000 ms => shop, route 1: to two, within 15000 ms",
    "2 as GET shop.test/b: shop: no route, 404 => shop, route 2: to two, within 15000 ms",
  ]);
});

test("a route that has only moved is the same way", () => {
  const [a, b] = [prefix("/a", "one"), prefix("/b", "two")];
  const moved = diffRoutes(tableOf(a, b), tableOf(b, a));
  expect([moved.tried, moved.detours]).toEqual([4, []]);
});

test("an order that matters is seen", () => {
  const [narrow, wide] = [prefix("/a/b", "narrow"), prefix("/a", "wide")];
  expect(diff(tableOf(narrow, wide), tableOf(wide, narrow))).toEqual([
    "2 as GET shop.test/a/b: shop, route 1: to narrow, within 15000 ms => shop, route 1: to wide, within 15000 ms",
  ]);
});

const isV = { kind: "exact", value: "v" } as const;
const [remote, cookie, header] = [
  { kind: "remote-address" } as const,
  { kind: "cookie", name: "c" } as const,
  { kind: "header", name: "x" } as const,
];
test.each<[string, Partial<RouteConfig["match"]>]>([
  ["of an address", { where: { kind: "address", input: remote, cidrs: ["10.0.0.0/8"] } }],
  ["of a workload", { sourceLabels: [{ name: "app", value: isV }] }],
  [
    "with metadata",
    { facts: [{ kind: "metadata", filter: "f", path: ["k"], value: { kind: "string", value: isV } }] },
  ],
  ["with filter state", { facts: [{ kind: "filter-state", key: "k", value: isV }] }],
  ["with a certificate", { facts: [{ kind: "client-certificate", validated: true }] }],
  [
    "with one of several",
    {
      where: {
        kind: "any",
        of: [
          { kind: "value", input: cookie, value: isV },
          { kind: "not", of: { kind: "hash", input: header, modulo: 2, start: 0, end: 1 } },
        ],
      },
    },
  ],
])("requests %s are made up, too", (_, match) => {
  const of = (name: string): RouteConfig => ({
    match: { path: { kind: "exact", value: "/a" }, ...match },
    action: to(name),
  });
  const [detour, ...more] = diffRoutes(tableOf(of("one")), tableOf(of("two"))).detours;
  expect(more).toEqual([]);
  expect(detour?.before).toBe("shop, route 1: to one, within 15000 ms");
});

test("what the virtual host and the table do on the way, and settings for filters, are compared", () => {
  const table = (more: object, ofHost: object): RouteTable =>
    createRouteTable({
      virtualHosts: [{ name: "shop", domains: ["shop.test"], routes: [prefix("/", "a")], ...ofHost }],
      ...more,
    });
  const suffix = (more: object, ofHost: object): string | undefined =>
    diffRoutes(table({}, {}), table(more, ofHost)).detours[0]?.after.split(", with other ")[1];
  const add = [{ name: "x-a", value: "1" }];
  expect(suffix({ requestHeaders: { add } }, {})).toBe("requestHeaders of the table");
  expect(suffix({}, { responseHeaders: { add } })).toBe("responseHeaders of the virtual host");
  const fault = new Map([["fault", { status: 418 }]]);
  expect(suffix({}, { typedPerFilter: fault })).toBe("typedPerFilter of the virtual host");
  expect(suffix({ requestHeaders: { remove: [], add: [] } }, { setLabels: {} })).toBeUndefined();
});

test("shares and details are compared", () => {
  const share = (numerator: number): RouteConfig => ({
    ...prefix("/a", "canary"),
    match: { path: { kind: "exact", value: "/a" }, fraction: { numerator, denominator: 100 } },
  });
  const rest = prefix("/", "base");
  expect(diff(tableOf(share(5), rest), tableOf(share(10), rest))).toEqual([
    "1 as GET shop.test/a: shop, route 1, 5 of 100: to canary, within 15000 ms; else route 2: to base, within 15000 ms" +
      " => shop, route 1, 10 of 100: to canary, within 15000 ms; else route 2: to base, within 15000 ms",
  ]);
  const adding = { ...rest, requestHeaders: { add: [{ name: "x-a", value: "1" }] } };
  expect(diff(tableOf(rest), tableOf(adding))).toEqual([
    "2 as GET shop.test/: shop, route 1: to base, within 15000 ms" +
      " => shop, route 1: to base, within 15000 ms, with other requestHeaders of the route",
  ]);
});

test("live requests are tried, too", () => {
  const match = { path: { kind: "regex", pattern: "/(?:[a-c]{3}|x)/\\d+" } } as const;
  const [before, after] = [tableOf({ match, action: to("one") }), tableOf({ match, action: to("two") })];
  expect(diff(before, after)).toEqual([]);
  // What no request was made up for is told.
  expect(diffRoutes(before, after).untried).toEqual([
    `shop, route 1 before: regex "${match.path.pattern}"`,
    `shop, route 1 after: regex "${match.path.pattern}"`,
  ]);
  const head = {
    method: "GET",
    scheme: "http",
    authority: "shop.test",
    path: "/abc/7",
    headers: createHeaders(["x-u", "7"]),
  };
  expect(
    diffRoutes(before, after, { requests: [{ head }] }).detours.map(({ request }) => String(request)),
  ).toEqual(["GET shop.test/abc/7 (x-u: 7)"]);
});

describe("a sample request fulfils the route that it is about", () => {
  const value = (kind: "exact" | "prefix" | "suffix" | "contains", text: string) =>
    ({ kind, value: text }) as const;

  test.each<RouteConfig["match"]>([
    { path: { kind: "exact", value: "/e" } },
    { path: { kind: "separated-prefix", value: "/s" } },
    { path: { kind: "regex", pattern: "/r/\\d+/[^/]+\\.png" } },
    { path: { kind: "template", template: "/t/{id}/{rest=a/**}.png" } },
    { path: { kind: "rpc", service: "shop.Cart", method: "add" } },
    { path: { kind: "connect" } },
    { path: { kind: "prefix", value: "/" }, methods: ["PUT", "POST"] },
    {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: "x", value: value("prefix", "a") }],
    },
    {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: "x", value: value("exact", "a"), invert: true }],
    },
    {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "range", name: "x", range: { start: 5, end: 9 } }],
    },
    { path: { kind: "prefix", value: "/" }, headers: [{ kind: "present", name: "x" }] },
    { path: { kind: "prefix", value: "/" }, headers: [{ kind: "present", name: "x", present: false }] },
    {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: ":method", value: value("exact", "PUT") }],
    },
    {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: "x", value: { kind: "regex", pattern: "v\\d+" } }],
    },
    {
      path: { kind: "prefix", value: "/" },
      queryParameters: [{ kind: "value", name: "q", value: value("suffix", "z") }],
    },
    { path: { kind: "prefix", value: "/" }, queryParameters: [{ kind: "present", name: "q" }] },
    { path: { kind: "prefix", value: "/" }, cookies: [{ name: "c", value: value("contains", "v") }] },
    { path: { kind: "prefix", value: "/" }, labels: [{ name: "lane", value: value("exact", "green") }] },
    { path: { kind: "prefix", value: "/" }, grpc: true },
  ])("%j", (match) => {
    const config = {
      virtualHosts: [{ name: "v", domains: ["*.v.test", "v.*", "*"], routes: [{ match, action: to("a") }] }],
    };
    const samples = sampleRequests(config);
    expect(samples.length).toBeGreaterThan(0);
    for (const { head, facts } of samples)
      expect(createRouteTable(config).match(head, facts)?.cluster).toBe("a");
  });

  test("also at the ends of a tree", () => {
    const input = { kind: "header", name: "x-team" } as const;
    const leaf = (name: string) => ({ kind: "action", action: [prefix("/", name)] }) as const;
    const samples = sampleRequests({
      virtualHosts: [
        {
          name: "v",
          domains: ["v.test"],
          matcher: { kind: "exact", input, map: new Map([["red", leaf("red")]]), onNoMatch: leaf("rest") },
        },
      ],
    });
    expect(samples.map(String)).toEqual([
      "GET v.test/ (x-team: red)",
      "GET v.test/sample (x-team: red)",
      "GET v.test/",
      "GET v.test/sample",
    ]);
  });
});

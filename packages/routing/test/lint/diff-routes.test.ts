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
    ({ request, before: was, after: is }) => `${request}: ${was} => ${is}`,
  );
}

test("tells which requests go to another cluster, and which have a way at all", () => {
  expect(diff(tableOf(prefix("/a", "one")), tableOf(prefix("/a", "two"), prefix("/b", "two")))).toEqual([
    "GET shop.test/a: shop, route 1: to one, within 15000 ms => shop, route 1: to two, within 15000 ms",
    "GET shop.test/asample: shop, route 1: to one, within 15000 ms => shop, route 1: to two, within 15000 ms",
    "GET shop.test/b: shop: no route, 404 => shop, route 2: to two, within 15000 ms",
    "GET shop.test/bsample: shop: no route, 404 => shop, route 2: to two, within 15000 ms",
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
    "GET shop.test/a/b: shop, route 1: to narrow, within 15000 ms => shop, route 1: to wide, within 15000 ms",
    "GET shop.test/a/bsample: shop, route 1: to narrow, within 15000 ms => shop, route 1: to wide, within 15000 ms",
  ]);
});

test("shares and details are compared", () => {
  const share = (numerator: number): RouteConfig => ({
    ...prefix("/a", "canary"),
    match: { path: { kind: "exact", value: "/a" }, fraction: { numerator, denominator: 100 } },
  });
  const rest = prefix("/", "base");
  expect(diff(tableOf(share(5), rest), tableOf(share(10), rest))).toEqual([
    "GET shop.test/a: shop, route 1, 5 of 100: to canary, within 15000 ms; else route 2: to base, within 15000 ms" +
      " => shop, route 1, 10 of 100: to canary, within 15000 ms; else route 2: to base, within 15000 ms",
  ]);
  const adding = { ...rest, requestHeaders: { add: [{ name: "x-a", value: "1" }] } };
  expect(diff(tableOf(rest), tableOf(adding))[0]).toContain(", with other details");
});

test("live requests are tried, too", () => {
  const match = { path: { kind: "regex", pattern: "/(?:[a-c]{3}|x)/\\d+" } } as const;
  const [before, after] = [tableOf({ match, action: to("one") }), tableOf({ match, action: to("two") })];
  expect(diff(before, after)).toEqual([]);
  const head = {
    method: "GET",
    scheme: "http",
    authority: "shop.test",
    path: "/abc/7",
    headers: createHeaders(["x-u", "7"]),
  };
  expect(diffRoutes(before, after, [head]).detours.map(({ request }) => String(request))).toEqual([
    "GET shop.test/abc/7 x-u: 7",
  ]);
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
    for (const { head } of samples) expect(createRouteTable(config).match(head)?.cluster).toBe("a");
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
    expect(samples.map(String)).toEqual(["GET v.test/", "GET v.test/sample"]);
  });
});

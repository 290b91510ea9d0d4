import { describe, expect, test } from "vitest";
import { createRouteTable, portStart, type RouteTable, type VirtualHostConfig } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo } from "./table-of.ts";

function table(
  domains: Record<string, string[]>,
  rest: { ignorePortInHostMatching?: boolean } = {},
): RouteTable {
  const virtualHosts = Object.entries(domains).map(
    ([name, of]): VirtualHostConfig => ({ name, domains: of, routes: [routeTo("/")] }),
  );
  return createRouteTable({ name: "main", virtualHosts, ...rest });
}

function hostOf(routes: RouteTable, authority: string): string | undefined {
  return routes.match(headOf({ authority }))?.virtualHost;
}

const MIXED = {
  exact: ["exact.test", "MiXed.Test"],
  port: ["port.test:8080", "[::1]:8080"],
  ipv6: ["[::1]"],
  suffix: ["*.suffix.test"],
  "suffix-dash": ["*-dash.suffix.test"],
  "suffix-deep": ["*.deep.suffix.test"],
  prefix: ["prefix.*"],
  "prefix-longer": ["prefix.longer.*"],
  "prefix-dash": ["pre-*"],
  "exact-beats": ["www.suffix.test"],
};

describe("the virtual host of an authority", () => {
  const routes = table(MIXED);
  test.each([
    ["exact.test", "exact"],
    ["EXACT.TEST", "exact"],
    ["mixed.test", "exact"],
    ["exact.test:80", undefined],
    ["exact.test.", undefined],
    ["xexact.test", undefined],
    ["port.test:8080", "port"],
    ["port.test", undefined],
    ["[::1]:8080", "port"],
    ["[::1]", "ipv6"],
    ["a.suffix.test", "suffix"],
    ["A.Suffix.Test", "suffix"],
    ["suffix.test", undefined],
    [".suffix.test", undefined],
    ["a.suffix.test:8080", undefined],
    ["www.suffix.test", "exact-beats"],
    ["x-dash.suffix.test", "suffix-dash"],
    ["a.deep.suffix.test", "suffix-deep"],
    ["deep.suffix.test", "suffix"],
    ["prefix.anything", "prefix"],
    ["prefix.", undefined],
    ["prefix.longer.x", "prefix-longer"],
    ["prefix.x:8080", "prefix"],
    ["PREFIX.X", "prefix"],
    ["prefix.suffix.test", "suffix"],
    ["pre-x", "prefix-dash"],
    ["other.test", undefined],
    ["", undefined],
  ])("of %j is %j", (authority, expected) => {
    expect(hostOf(routes, authority)).toBe(expected);
  });

  test.each([
    ["exact.test", "exact"],
    ["exact.test:1", "any"],
    ["nothing.test", "any"],
    ["q.suffix.test", "suffix"],
    ["exact.test.", "any"],
    ["", "any"],
  ])("of %j is %j where a catch-all is listed first", (authority, expected) => {
    expect(hostOf(table({ any: ["*"], exact: ["exact.test"], suffix: ["*.suffix.test"] }), authority)).toBe(
      expected,
    );
  });

  test.each([
    ["exact.test:8080", "exact"],
    ["exact.test:notaport", "exact"],
    ["a.suffix.test:99", "suffix"],
    ["port.test:8080", undefined],
    ["[::1]:8080", "v6"],
    ["[::1]", "v6"],
  ])("of %j is %j where ports are ignored", (authority, expected) => {
    const domains = {
      exact: ["exact.test"],
      suffix: ["*.suffix.test"],
      port: ["port.test:8080"],
      v6: ["[::1]"],
    };
    expect(hostOf(table(domains, { ignorePortInHostMatching: true }), authority)).toBe(expected);
  });

  test.each([
    ["a*b", "middle"],
    ["axb", undefined],
    ["yyx*", "two"],
    ["q*", "stars"],
    ["z:443", "tls"],
    ["host:1", "host"],
    ["host:", undefined],
  ])("of %j is %j: a star is a wildcard at one end only", (authority, expected) => {
    const domains = { middle: ["a*b"], two: ["*x*"], stars: ["**"], tls: ["*:443"], host: ["host:*"] };
    expect(hostOf(table(domains), authority)).toBe(expected);
  });

  test.each([
    [
      { one: ["a.test"], two: ["A.TEST"] },
      'domain "A.TEST" of virtual host "two" is already claimed by "one"',
    ],
    [{ one: ["*"], two: ["*"] }, 'domain "*" of virtual host "two" is already claimed by "one"'],
    [{ one: ["*.x", "*.x"] }, 'domain "*.x" of virtual host "one" is already claimed by "one"'],
    [{ one: [] }, 'virtual host "one" has no domain'],
    [{ "": ["a"] }, "a virtual host has no name"],
  ])("is never ambiguous: %j is refused", (domains, reason) => {
    expect(() => table(domains)).toThrow(reason);
  });
});

describe("a claim", () => {
  test.each([
    ["EXACT.test", { kind: "exact", virtualHost: "exact" }],
    ["a.suffix.test", { kind: "suffix", virtualHost: "suffix" }],
    ["prefix.x", { kind: "prefix", virtualHost: "prefix" }],
    ["other.test", undefined],
  ])("on %s is %j", (authority, expected) => {
    expect(table(MIXED).claims(authority)).toEqual(expected && { ...expected, clusters: new Set(["a"]) });
  });

  test("by a bare star says so, so that a passthrough can be told from a mesh host", () => {
    expect(table({ any: ["*"] }).claims("www.example.org")).toEqual({
      kind: "any",
      virtualHost: "any",
      clusters: new Set(["a"]),
    });
  });
});

test.each([
  ["a.test:80", 6],
  ["a.test", 6],
  ["a.test:", 6],
  ["[::1]:80", 5],
  ["[::1]", 5],
  ["", 0],
])("the port of %j begins at %d", (authority, expected) => {
  expect(portStart(authority)).toBe(expected);
});

import { type HeaderInput, textRequest } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { compiled, problems } from "./compile-json.ts";

const TYPE = "type.googleapis.com/";
const typed = (type: string, value: object) => ({
  name: "x",
  typed_config: { "@type": TYPE + type, ...value },
});

const header = (header_name: string) =>
  typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name });
const query = (query_param: string) =>
  typed("envoy.type.matcher.v3.HttpRequestQueryParamMatchInput", { query_param });
const network = (input: string) => typed(`envoy.extensions.matching.common_inputs.network.v3.${input}`, {});
const route = (name: string, prefix = "/") => ({
  action: typed("envoy.config.route.v3.Route", { name, match: { prefix }, direct_response: { status: 200 } }),
});
const single = (value_match: object, input = header("x-a")) => ({ single_predicate: { input, value_match } });
const custom = (type: string, value: object, input = header("x-a")) => ({
  single_predicate: {
    input,
    custom_match: typed(`envoy.extensions.matching.input_matchers.${type}`, value),
  },
});
const list = (...branches: [predicate: object, on_match: object][]) => ({
  matcher_list: { matchers: branches.map(([predicate, on_match]) => ({ predicate, on_match })) },
});
const NONE = { on_no_match: route("none") };

const tables = (matcher: object) => ({ name: "r", virtual_hosts: [{ name: "v", domains: ["*"], matcher }] });

interface Request {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: HeaderInput;
}

function nameOf(matcher: object, request: Request, remoteAddress?: string): string | undefined {
  const { table } = compiled("routes", tables(matcher));
  return table.match(textRequest(request).head, { remoteAddress })?.name;
}

const nested = {
  matcher_tree: {
    input: header("x-a"),
    prefix_match_map: {
      map: {
        a: route("a"),
        ab: {
          matcher: { matcher_tree: { input: header("x-b"), exact_match_map: { map: { y: route("ab") } } } },
        },
      },
    },
  },
  ...NONE,
};
const first = {
  ...list([single({ exact: "1" }), route("first", "/only")], [single({ prefix: "1" }), route("second")]),
  ...NONE,
};
const fold = {
  ...list(
    [single({ exact: "AbC", ignore_case: true }), route("fold")],
    [single({ safe_regex: { google_re2: {}, regex: "r.*" } }), route("pattern")],
  ),
  ...NONE,
};
const combined = list(
  [
    { or_matcher: { predicate: [single({ exact: "1" }), single({ suffix: "z" }, header(":path"))] } },
    route("or"),
  ],
  [
    { and_matcher: { predicate: [single({ contains: "2" }), single({ exact: "3" }, query("q"))] } },
    route("and"),
  ],
  [{ not_matcher: single({ prefix: "4" }) }, route("not")],
);
const shares = {
  ...list([
    custom("consistent_hashing.v3.ConsistentHashing", { threshold: 50, modulo: 100, seed: 7 }),
    route("hashed"),
  ]),
  ...NONE,
};
const whole = {
  ...list([
    custom("runtime_fraction.v3.RuntimeFraction", {
      runtime_fraction: { default_value: { numerator: 100 } },
    }),
    route("drawn"),
  ]),
  ...NONE,
};

// As Envoy 1.40 answered.
describe("the tree of a virtual host", () => {
  test.each<[string, object, Request, string | undefined]>([
    ["nested", nested, { headers: { "x-a": "ab", "x-b": "y" } }, "ab"],
    ["nested", nested, { headers: { "x-a": "ab", "x-b": "n" } }, "a"],
    ["nested", nested, { headers: { "x-a": "b", "x-b": "y" } }, "none"],
    ["nested", nested, {}, "none"],
    ["list", first, { headers: { "x-a": "1" }, path: "/only" }, "first"],
    ["list", first, { headers: { "x-a": "1" } }, undefined],
    ["list", first, { headers: { "x-a": "12" } }, "second"],
    ["list", first, {}, "none"],
    ["fold", fold, { headers: { "x-a": "aBc" } }, "fold"],
    ["fold", fold, { headers: { "x-a": "rest" } }, "pattern"],
    ["fold", fold, { headers: { "x-a": "xrest" } }, "none"],
    ["combined", combined, { headers: { "x-a": "1" } }, "or"],
    ["combined", combined, { path: "/?q=yz", headers: { "x-a": "4" } }, "or"],
    ["combined", combined, { path: "/?q=3", headers: { "x-a": "42" } }, "and"],
    ["combined", combined, { path: "/?q=4", headers: { "x-a": "42" } }, undefined],
    ["combined", combined, {}, "not"],
    ["shares", shares, { headers: { "x-a": "user-1" } }, "none"],
    ["shares", shares, { headers: { "x-a": "user-2" } }, "hashed"],
    ["shares", shares, {}, "none"],
    ["whole", whole, { headers: { "x-a": "1" } }, "drawn"],
    ["whole", whole, {}, "none"],
  ])("%s: of %j %j takes %j", (_, matcher, request, expected) => {
    expect(nameOf(matcher, request)).toBe(expected);
  });

  test("may go by address, in a map of ranges or in a predicate", () => {
    const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len });
    const custom_match = typed("xds.type.matcher.v3.IPMatcher", {
      range_matchers: [
        { ranges: [range("10.0.0.0", 8)], on_match: route("ten") },
        { ranges: [range("10.1.0.0", 16), range("fd00::", 8)], on_match: route("net") },
      ],
    });
    const map = { matcher_tree: { input: network("SourceIPInput"), custom_match }, ...NONE };
    const set = list([
      custom("ip.v3.Ip", { cidr_ranges: [range("10.0.0.0", 8)], stat_prefix: "s" }, network("SourceIPInput")),
      route("inside"),
    ]);
    const addresses = ["10.1.2.3", "10.2.0.1", "fd01::1", "9.9.9.9"];
    expect(addresses.map((address) => nameOf(map, {}, address))).toEqual(["net", "ten", "net", "none"]);
    expect(addresses.map((address) => nameOf(set, {}, address))).toEqual([
      "inside",
      "inside",
      undefined,
      undefined,
    ]);
  });

  test("may end at a list of routes, of which the first that matches is taken", () => {
    const routes = [
      { name: "api", match: { prefix: "/api" }, direct_response: { status: 200 } },
      { name: "rest", match: { prefix: "/" }, direct_response: { status: 200 } },
    ];
    const end = { action: typed("envoy.config.route.v3.RouteList", { routes }) };
    const matcher = list([single({ exact: "1" }), end]);
    const headers = { "x-a": "1" };
    expect(nameOf(matcher, { path: "/api/x", headers })).toBe("api");
    expect(nameOf(matcher, { path: "/x", headers })).toBe("rest");
  });
});

const AT = 'route configuration "r".virtual_hosts["v"].matcher';
const BRANCH = `${AT}.matcher_list.matchers[0]`;

test.each<[string, object, string]>([
  [
    "an input that is not known",
    list([single({ exact: "1" }, network("TransportProtocolInput")), route("a")]),
    `${BRANCH}.predicate.single_predicate.input: the input envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput is not supported`,
  ],
  [
    "an end that is no route",
    list([single({ exact: "1" }), { action: network("SourceIPInput") }]),
    `${BRANCH}.on_match.action.typed_config: expected envoy.config.route.v3.Route or envoy.config.route.v3.RouteList`,
  ],
  [
    "a text matcher with ignore_case beside an expression",
    list([single({ safe_regex: { google_re2: {}, regex: "a" }, ignore_case: true }), route("a")]),
    `${BRANCH}.predicate.single_predicate.value_match.ignore_case: it has no effect`,
  ],
  [
    "a share with a runtime key",
    list([
      custom("runtime_fraction.v3.RuntimeFraction", {
        runtime_fraction: { default_value: { numerator: 1 }, runtime_key: "k" },
      }),
      route("a"),
    ]),
    `${BRANCH}.predicate.single_predicate.custom_match.runtime_fraction.runtime_key: it is not supported here`,
  ],
])("%s is refused by its path", (_, matcher, reason) => {
  expect(problems("routes", tables(matcher)).join("\n")).toContain(reason);
});

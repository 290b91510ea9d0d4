import { expect, test } from "vitest";
import { problems } from "./compile-json.ts";
import { ANY, HOST, ROUTE, routes } from "./one-route.ts";

test.each([
  [ROUTE, routes(ANY), "expected route, redirect, direct_response or non_forwarding_action"],
  [`${ROUTE}.match`, routes({ route: { cluster: "a" } }), "it is missing"],
  [
    `${ROUTE}.match`,
    routes({ match: {}, route: { cluster: "a" } }),
    "expected prefix, path, path_separated_prefix, safe_regex, connect_matcher or path_match_policy",
  ],
  [`${ROUTE}.route`, routes({ ...ANY, route: {} }), "expected cluster, cluster_header or weighted_clusters"],
  [
    `${ROUTE}.match.path_match_policy.typed_config.path_template`,
    routes({
      match: {
        path_match_policy: {
          name: "t",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
            path_template: `/${"a".repeat(256)}`,
          },
        },
      },
      route: { cluster: "a" },
    }),
    "expected 1 to 256 characters, got 257",
  ],
  [
    `${ROUTE}.match.dynamic_metadata[0].value`,
    routes({ match: { prefix: "/", dynamic_metadata: [{ filter: "x" }] }, route: { cluster: "a" } }),
    "expected a matcher of values",
  ],
  [
    `${ROUTE}.route.request_mirror_policies[0]`,
    routes({ ...ANY, route: { cluster: "a", request_mirror_policies: [{}] } }),
    "expected either cluster or cluster_header",
  ],
  [
    `${ROUTE}.route.request_mirror_policies[0].request_headers_mutations[0].remove_on_match`,
    routes({
      ...ANY,
      route: {
        cluster: "a",
        request_mirror_policies: [{ cluster: "b", request_headers_mutations: [{ remove_on_match: {} }] }],
      },
    }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route.rate_limits`,
    routes({ ...ANY, route: { cluster: "a", rate_limits: [{}] } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route.upgrade_configs`,
    routes({ ...ANY, route: { cluster: "a", upgrade_configs: [{}] } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route.cors`,
    routes({ ...ANY, route: { cluster: "a", cors: {} } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route.hedge_policy.initial_requests`,
    routes({ ...ANY, route: { cluster: "a", hedge_policy: { initial_requests: 0 } } }),
    "expected 1 or more, got 0",
  ],
  [
    `${ROUTE}.route.cluster_specifier_plugin`,
    routes({ ...ANY, route: { cluster_specifier_plugin: "x" } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.direct_response.body_format`,
    routes({ ...ANY, direct_response: { status: 200, body_format: {} } }),
    "expected text_format_source with inline_string or inline_bytes, or json_format",
  ],
  [
    `${ROUTE}.direct_response.body_format.formatters`,
    routes({ ...ANY, direct_response: { status: 200, body_format: { text_format: "x", formatters: [{}] } } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route.internal_redirect_policy`,
    routes({ ...ANY, route: { cluster: "a", internal_redirect_policy: {} } }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.route`,
    routes({
      ...ANY,
      route: { cluster: "a", prefix_rewrite: "/x", regex_rewrite: { pattern: { regex: "a" } } },
    }),
    "prefix_rewrite, regex_rewrite, path_rewrite_policy and path_rewrite exclude each other",
  ],
  [
    `${ROUTE}.request_headers_to_add[0].header`,
    routes({ ...ANY, route: { cluster: "a" }, request_headers_to_add: [{}] }),
    "it is missing",
  ],
  [
    `${ROUTE}.direct_response.body.filename`,
    routes({ ...ANY, direct_response: { status: 200, body: { filename: "/etc/passwd" } } }),
    "it is set, and is not supported",
  ],
  [
    `${HOST}.rate_limits`,
    routes({ ...ANY, route: { cluster: "a" } }, { rate_limits: [{}] }),
    "it is set, and is not supported",
  ],
  [
    `${HOST}.cors`,
    routes({ ...ANY, route: { cluster: "a" } }, { cors: {} }),
    "it is set, and is not supported",
  ],
  [
    `${HOST}.matcher`,
    routes({ ...ANY, route: { cluster: "a" } }, { matcher: {} }),
    "expected matcher_list or matcher_tree",
  ],
  [
    'route configuration "r".vhds',
    routes({ ...ANY, route: { cluster: "a" } }, {}, { vhds: {} }),
    "it is set, and is not supported",
  ],
  [
    `${ROUTE}.typed_per_filter_config["x"].config`,
    routes({
      ...ANY,
      route: { cluster: "a" },
      typed_per_filter_config: { x: { "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig" } },
    }),
    "it is missing, and the filter is not disabled",
  ],
])("what is not understood is refused by its path: %s", (path, json, reason) => {
  expect(problems("routes", json)).toContain(`${path}: ${reason}`);
});

test("all that only the table can see is refused too, each at its route or virtual host", () => {
  const host = (name: string, more: object): object => ({ name, domains: [`${name}.test`], ...more });
  const weights = { weighted_clusters: { clusters: [{ name: "a", weight: 0 }] } };
  const format = [{ header: { key: "x-a", value: "%NOTHING%" } }];
  const json = {
    name: "r",
    virtual_hosts: [
      host("v", {
        routes: [
          { match: { safe_regex: { regex: "(" } }, route: { cluster: "a" } },
          { ...ANY, route: { cluster: "a" } },
          { ...ANY, route: weights },
        ],
      }),
      host("w", { request_headers_to_add: format, routes: [{ ...ANY, route: { cluster: "a" } }] }),
      host("x", { domains: ["v.test", "W.test"] }),
    ],
  };
  expect(problems("routes", json)).toEqual([
    expect.stringMatching(
      /^route configuration "r"\.virtual_hosts\["v"\]\.routes\[0\]: regular expression "\("/,
    ),
    `${HOST}.routes[2]: weighted clusters: the sum of weights must be from 1 to 4294967295, got 0`,
    expect.stringMatching(/^route configuration "r"\.virtual_hosts\["w"\]: .*NOTHING/),
    'route configuration "r".virtual_hosts["x"]: domain "v.test" is already claimed by "v"',
    'route configuration "r".virtual_hosts["x"]: domain "W.test" is already claimed by "w"',
  ]);
});

test("what the compiler has refused is not told a second time by the table", () => {
  expect(problems("routes", routes({ ...ANY, route: {} }))).toEqual([
    `${ROUTE}.route: expected cluster, cluster_header or weighted_clusters`,
  ]);
  const mirror = routes({ ...ANY, route: { cluster: "a", request_mirror_policies: [{}] } });
  expect(problems("routes", mirror)).toEqual([
    `${ROUTE}.route.request_mirror_policies[0]: expected either cluster or cluster_header`,
  ]);
});

const FRACTION = { default_value: { numerator: 1, denominator: 7 } };

test.each([
  [
    `${ROUTE}.redirect.response_code`,
    routes({ ...ANY, redirect: { response_code: 302 } }),
    "MOVED_PERMANENTLY, FOUND, SEE_OTHER, TEMPORARY_REDIRECT, PERMANENT_REDIRECT, got 302",
  ],
  [
    `${ROUTE}.route.cluster_not_found_response_code`,
    routes({ ...ANY, route: { cluster: "a", cluster_not_found_response_code: 404 } }),
    "SERVICE_UNAVAILABLE, NOT_FOUND, INTERNAL_SERVER_ERROR, got 404",
  ],
  [
    `${ROUTE}.route.priority`,
    routes({ ...ANY, route: { cluster: "a", priority: 2 } }),
    "DEFAULT, HIGH, got 2",
  ],
  [
    `${ROUTE}.match.runtime_fraction.default_value.denominator`,
    routes({ match: { prefix: "/", runtime_fraction: FRACTION }, route: { cluster: "a" } }),
    "HUNDRED, TEN_THOUSAND, MILLION, got 7",
  ],
  [
    `${ROUTE}.route.request_mirror_policies[0].runtime_fraction.default_value.denominator`,
    routes({
      ...ANY,
      route: { cluster: "a", request_mirror_policies: [{ cluster: "b", runtime_fraction: FRACTION }] },
    }),
    "HUNDRED, TEN_THOUSAND, MILLION, got 7",
  ],
  [
    `${ROUTE}.response_headers_to_add[0].append_action`,
    routes({
      ...ANY,
      route: { cluster: "a" },
      response_headers_to_add: [{ header: { key: "a", value: "b" }, append_action: 9 }],
    }),
    "APPEND_IF_EXISTS_OR_ADD, ADD_IF_ABSENT, OVERWRITE_IF_EXISTS_OR_ADD, OVERWRITE_IF_EXISTS, got 9",
  ],
  [
    `${HOST}.require_tls`,
    routes({ ...ANY, route: { cluster: "a" } }, { require_tls: 3 }),
    "NONE, EXTERNAL_ONLY, ALL, got 3",
  ],
])(
  "a number that an enum does not define is refused, and never taken for the default: %s",
  (path, json, end) => {
    expect(problems("routes", json)).toEqual([`${path}: expected ${end}`]);
  },
);

import { TYPE_URL } from "@dualmesh/envoy-api";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createExtensionRegistry, dataPlaneTypes } from "../../src/index.ts";
import { compiled, problems, warnings } from "./compile-json.ts";

/** A configuration of one virtual host for `orders.test` with this one route. */
function routes(route: object, host: object = {}, more: object = {}): object {
  return {
    name: "r",
    virtual_hosts: [{ name: "v", domains: ["orders.test"], routes: [route], ...host }],
    ...more,
  };
}

const ANY = { match: { prefix: "/" } };
const TO_A = { ...ANY, route: { cluster: "a" } };

const matchOf = (json: object, path = "/"): unknown =>
  compiled("routes", json).table.match(textRequest({ authority: "orders.test", path }).head, {
    random: () => 0,
  });

test("the clusters that routes can choose are what the configuration needs", () => {
  const weighted = {
    clusters: [{ name: "b", weight: 1 }, { name: "c" }, { cluster_header: "x-cluster", weight: 1 }],
  };
  const json = {
    name: "r",
    virtual_hosts: [
      {
        name: "v",
        domains: ["*"],
        routes: [
          { match: { prefix: "/a" }, route: { cluster: "a" } },
          { match: { prefix: "/b" }, route: { weighted_clusters: weighted } },
          { match: { prefix: "/h" }, route: { cluster_header: "x-cluster" } },
          { match: { prefix: "/d" }, direct_response: { status: 200 } },
        ],
      },
    ],
  };
  const value = compiled("routes", json);
  expect(value.clusters).toEqual(["a", "b", "c"]);
  expect(dataPlaneTypes(createExtensionRegistry()).routes.references?.(value)).toEqual(
    ["a", "b", "c"].map((name) => ({ typeUrl: TYPE_URL.CDS, name })),
  );
});

test.each([
  [{}, { kind: "forward", cluster: "a", timeoutMs: 15_000, priority: "default", clusterNotFoundStatus: 503 }],
  [{ timeout: "0s" }, { timeoutMs: 0 }],
  [{ timeout: "1.5s" }, { timeoutMs: 1_500 }],
  [{ priority: "HIGH" }, { priority: "high" }],
  [{ cluster_not_found_response_code: "NOT_FOUND" }, { clusterNotFoundStatus: 404 }],
  [{ cluster_not_found_response_code: "INTERNAL_SERVER_ERROR" }, { clusterNotFoundStatus: 500 }],
  [{ auto_host_rewrite: true }, { rewritesHostToEndpoint: true }],
  [{ auto_host_rewrite: false }, { rewritesHostToEndpoint: false }],
  [{ append_x_forwarded_host: true }, { appendForwardedHost: true }],
  [{ retry_policy: { retry_on: "5xx" } }, { retryPolicy: { conditions: ["5xx"], numRetries: 1 } }],
])("a route to a cluster with %j", (more, expected) => {
  expect(matchOf(routes({ ...ANY, route: { cluster: "a", ...more } }))).toMatchObject(expected);
});

test("a route's retry policy replaces that of its virtual host whole, which serves routes without one", () => {
  const host = { retry_policy: { retry_on: "gateway-error,reset", num_retries: 5 } };
  expect(matchOf(routes({ ...ANY, route: { cluster: "a" } }, host))).toMatchObject({
    retryPolicy: { conditions: ["gateway-error", "reset"], numRetries: 5 },
  });
  expect(
    matchOf(routes({ ...ANY, route: { cluster: "a", retry_policy: { retry_on: "5xx" } } }, host)),
  ).toMatchObject({
    retryPolicy: { conditions: ["5xx"], numRetries: 1 },
  });
});

test.each([
  [{ prefix: "/a" }, "/ab", "/b"],
  [{ path: "/a" }, "/a?x", "/ab"],
  [{ path: "/A", case_sensitive: false }, "/a", "/b"],
  [{ path_separated_prefix: "/a" }, "/a/b", "/ab"],
  [{ safe_regex: { regex: "/a+" } }, "/aaa?x", "/aaab"],
  [{ safe_regex: { google_re2: {}, regex: "/a+" } }, "/a", "/b"],
])("each form of a path is read: %j", (match, yes, no) => {
  const json = routes({ match, route: { cluster: "a" } });
  expect(matchOf(json, yes)).toMatchObject({ cluster: "a" });
  expect(matchOf(json, no)).toBeUndefined();
});

test("redirects and direct responses are read", () => {
  const redirect = {
    https_redirect: true,
    port_redirect: 444,
    path_redirect: "/n",
    response_code: "SEE_OTHER",
  };
  const moved = compiled("routes", routes({ ...ANY, redirect }));
  const { head } = textRequest({ authority: "orders.test" });
  const route = moved.table.match(head, { random: () => 0 });
  expect(route).toMatchObject({ kind: "redirect", status: 303 });
  expect(route?.kind === "redirect" && route.location(head)).toBe("https://orders.test:444/n");
  expect(matchOf(routes({ ...ANY, direct_response: { status: 204 } }))).toMatchObject({
    kind: "direct-response",
    status: 204,
  });
  expect(matchOf(routes({ ...ANY, non_forwarding_action: {} }))).toMatchObject({ kind: "non-forwarding" });
});

const HOST = 'route configuration "r".virtual_hosts["v"]';
const ROUTE = `${HOST}.routes[0]`;

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

test("what only the table can see is refused too, with host and route", () => {
  expect(
    problems("routes", routes({ match: { safe_regex: { regex: "(" } }, route: { cluster: "a" } })),
  ).toEqual([expect.stringMatching(/^route configuration "r": .*"v"/)]);
  const twice = { name: "r", virtual_hosts: ["a", "b"].map((name) => ({ name, domains: ["x.test"] })) };
  expect(problems("routes", twice)).toEqual([expect.stringContaining('"x.test"')]);
});

test.each([
  [`${ROUTE}.decorator`, routes({ ...ANY, route: { cluster: "a" }, decorator: { operation: "x" } })],
  [
    `${ROUTE}.metadata`,
    routes({ ...ANY, route: { cluster: "a" }, metadata: { filter_metadata: { x: {} } } }),
  ],
  [`${ROUTE}.route.early_data_policy`, routes({ ...ANY, route: { cluster: "a", early_data_policy: {} } })],
  [`${HOST}.virtual_clusters`, routes(TO_A, { virtual_clusters: [{}] })],
])("what changes nothing about where calls go is let in with a warning: %s", (path, json) => {
  expect(warnings("routes", json)).toEqual([`${path}: it is set, and has no effect here`]);
});

test("hedging and wanted endpoints are kept with the route, the weighted cluster's over the route's, and warned of", () => {
  const wants = (value: object): object => ({ filter_metadata: { "envoy.lb": value } });
  const json = routes({
    ...ANY,
    route: {
      weighted_clusters: { clusters: [{ name: "a", weight: 1, metadata_match: wants({ stage: "canary" }) }] },
      metadata_match: wants({ stage: "prod", zone: 1 }),
      hedge_policy: {
        initial_requests: 2,
        hedge_on_per_try_timeout: true,
        additional_request_chance: { numerator: 5 },
      },
    },
  });
  expect(matchOf(json)).toMatchObject({
    endpointMetadata: { stage: "canary", zone: 1 },
    hedgePolicy: {
      initialRequests: 2,
      hedgeOnPerTryTimeout: true,
      additionalRequestChance: { numerator: 5, denominator: 100 },
    },
  });
  expect(warnings("routes", json)).toEqual([
    `${ROUTE}.route.weighted_clusters.clusters[0].metadata_match: it is set, and no balancer chooses endpoints by it`,
    `${ROUTE}.route.hedge_policy: it is set, and not acted upon: attempts are made one after the other`,
    `${ROUTE}.route.metadata_match: it is set, and no balancer chooses endpoints by it`,
  ]);
});

test.each([
  [{ timeout: "2s" }, { timeoutMs: 2_000 }],
  [{ idle_timeout: "5s" }, { idleTimeoutMs: 5_000 }],
  // Even an empty one: nobody is bound by two clocks.
  [
    { timeout: "2s", max_grpc_timeout: "1s", max_stream_duration: {} },
    { timeoutMs: 0, maxGrpcTimeoutMs: undefined },
  ],
  [
    {
      max_stream_duration: {
        max_stream_duration: "1s",
        grpc_timeout_header_max: "0s",
        grpc_timeout_header_offset: "0.1s",
      },
    },
    { timeoutMs: 0, maxStreamDurationMs: 1_000, grpcTimeoutHeaderMaxMs: 0, grpcTimeoutHeaderOffsetMs: 100 },
  ],
  [
    { max_grpc_timeout: "3s", grpc_timeout_offset: "0.5s" },
    { timeoutMs: 15_000, maxGrpcTimeoutMs: 3_000, grpcTimeoutOffsetMs: 500 },
  ],
])("a route with %j has the timeouts %j", (action, expected) => {
  expect(matchOf(routes({ ...ANY, route: { cluster: "a", ...action } }))).toMatchObject(expected);
});

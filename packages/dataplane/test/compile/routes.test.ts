import { TYPE_URL } from "@dualmesh/envoy-api";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createExtensionRegistry, dataPlaneTypes } from "../../src/index.ts";
import { compiled, warnings } from "./compile-json.ts";
import { ANY, HOST, ROUTE, routes } from "./one-route.ts";

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

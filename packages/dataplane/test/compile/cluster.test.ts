import { TYPE_URL } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { createExtensionRegistry, dataPlaneTypes } from "../../src/index.ts";
import { compiled, problems, warnings } from "./compile-json.ts";

const HTTP_OPTIONS = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

function assignment(...hosts: string[]): object {
  return {
    cluster_name: "orders",
    endpoints: [
      {
        lb_endpoints: hosts.map((address) => ({
          endpoint: { address: { socket_address: { address, port_value: 80 } } },
        })),
      },
    ],
  };
}

test("a cluster that says only its name has Envoy's defaults", () => {
  expect(compiled("cluster", { name: "orders" })).toMatchObject({
    name: "orders",
    statName: "orders",
    discovery: { kind: "static", endpoints: { endpoints: [] } },
    policy: { kind: "round-robin" },
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 3_600_000,
    panicThresholdPercent: 50,
    thresholds: { default: {}, high: {}, retryBudget: undefined },
    warnings: [],
  });
});

test.each([
  [{ connect_timeout: "0.25s" }, { connectTimeoutMs: 250 }],
  [{ alt_stat_name: "short" }, { statName: "short" }],
  [{ common_lb_config: { healthy_panic_threshold: { value: 0 } } }, { panicThresholdPercent: 0 }],
  [{ lb_policy: "RANDOM" }, { policy: { kind: "random" } }],
  [
    { lb_policy: "LEAST_REQUEST" },
    { policy: { kind: "least-request", choiceCount: 2, activeRequestBias: 1 } },
  ],
  [
    {
      lb_policy: "LEAST_REQUEST",
      least_request_lb_config: {
        choice_count: 5,
        active_request_bias: { default_value: 1.5, runtime_key: "b" },
      },
    },
    { policy: { kind: "least-request", choiceCount: 5, activeRequestBias: 1.5 } },
  ],
  [{ type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" }, { discovery: { kind: "passthrough" } }],
  [
    { type: "EDS", eds_cluster_config: { eds_config: { ads: {} } } },
    { discovery: { kind: "eds", serviceName: "orders" } },
  ],
  [
    { type: "EDS", eds_cluster_config: { eds_config: { self: {} }, service_name: "orders-v2" } },
    { discovery: { kind: "eds", serviceName: "orders-v2" } },
  ],
  [
    { type: "STRICT_DNS", load_assignment: assignment("orders.test") },
    { discovery: { kind: "dns", all: true, family: 0, refreshMs: 5_000 } },
  ],
  [
    {
      type: "LOGICAL_DNS",
      dns_lookup_family: "V6_ONLY",
      dns_refresh_rate: "30s",
      load_assignment: assignment("a.test"),
    },
    { discovery: { kind: "dns", all: false, family: 6, refreshMs: 30_000 } },
  ],
  [
    {
      typed_extension_protocol_options: {
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
          "@type": HTTP_OPTIONS,
          common_http_protocol_options: { idle_timeout: "10s" },
          explicit_http_config: { http_protocol_options: {} },
        },
      },
    },
    { idleTimeoutMs: 10_000, protocol: "http1" },
  ],
  [
    {
      typed_extension_protocol_options: {
        http: { "@type": HTTP_OPTIONS, explicit_http_config: { http2_protocol_options: {} } },
      },
    },
    { protocol: "http2" },
  ],
  [{ http2_protocol_options: {} }, { protocol: "http2", streamWindowBytes: 262_144 }],
  [
    {
      typed_extension_protocol_options: {
        http: {
          "@type": HTTP_OPTIONS,
          explicit_http_config: { http2_protocol_options: { initial_stream_window_size: 70_000 } },
        },
      },
    },
    { protocol: "http2", streamWindowBytes: 70_000 },
  ],
])("%j is used", (more, expected) => {
  expect(compiled("cluster", { name: "orders", ...more })).toMatchObject(expected);
});

const CIRCUIT_BREAKERS = {
  circuit_breakers: {
    thresholds: [
      {
        max_requests: 7,
        max_connections: 6,
        max_pending_requests: 5,
        max_retries: 4,
        retry_budget: { budget_percent: { value: 33 }, min_retry_concurrency: 2 },
      },
      { priority: "HIGH", max_requests: 70 },
      { max_requests: 700 },
    ],
  },
};

test("thresholds go to their priority, of several for one the first counts, and a missing limit stays the default's", () => {
  expect(compiled("cluster", { name: "orders", ...CIRCUIT_BREAKERS }).thresholds).toEqual({
    default: { maxRequests: 7, maxConnections: 6, maxPendingRequests: 5, maxRetries: 4 },
    high: { maxRequests: 70 },
    retryBudget: { budgetPercent: 33, minRetryConcurrency: 2 },
  });
});

test("a retry budget that says nothing is Envoy's: 20 %, at least 3", () => {
  const circuit_breakers = { thresholds: [{ retry_budget: {} }] };
  expect(compiled("cluster", { name: "orders", circuit_breakers }).thresholds.retryBudget).toEqual({
    budgetPercent: 20,
    minRetryConcurrency: 3,
  });
});

const ADS = { eds_config: { ads: {} } };

test.each([
  ["", { name: "" }, 'cluster "": it has no name'],
  [".transport_socket.typed_config", { transport_socket: { name: "tls" } }, "it is missing"],
  [
    ".lb_subset_config",
    { lb_subset_config: { fallback_policy: "ANY_ENDPOINT" } },
    "it is set, and is not supported",
  ],
  [".max_requests_per_connection", { max_requests_per_connection: 5 }, "it is set, and is not supported"],
  [".upstream_bind_config", { upstream_bind_config: {} }, "it is set, and is not supported"],
  [".ring_hash_lb_config", { ring_hash_lb_config: {} }, "it is set, and is not supported"],
  [".load_balancing_policy", { load_balancing_policy: {} }, "it is not supported; lb_policy is"],
  [".lb_policy", { lb_policy: "MAGLEV" }, "expected ROUND_ROBIN, LEAST_REQUEST or RANDOM, got MAGLEV"],
  [".connect_timeout", { connect_timeout: "0s" }, "expected over 0 s, got 0 ms"],
  [
    ".common_lb_config.healthy_panic_threshold",
    { common_lb_config: { healthy_panic_threshold: { value: 101 } } },
    "expected 0 to 100, got 101",
  ],
  [
    ".circuit_breakers.thresholds[1].retry_budget.budget_percent",
    { circuit_breakers: { thresholds: [{}, { retry_budget: { budget_percent: { value: 100.5 } } }] } },
    "expected 0 to 100, got 100.5",
  ],
  [
    ".least_request_lb_config.active_request_bias",
    {
      lb_policy: "LEAST_REQUEST",
      least_request_lb_config: { active_request_bias: { default_value: -1, runtime_key: "bias" } },
    },
    "expected 0 or more, got -1",
  ],
  [
    ".eds_cluster_config",
    { type: "EDS" },
    "expected eds_config with ads: {}; other sources are not supported",
  ],
  [
    ".common_lb_config.locality_weighted_lb_config",
    { common_lb_config: { locality_weighted_lb_config: {} } },
    "it is set, and is not supported",
  ],
  [
    '.typed_extension_protocol_options["http"].explicit_http_config',
    {
      typed_extension_protocol_options: {
        http: { "@type": HTTP_OPTIONS, explicit_http_config: { http3_protocol_options: {} } },
      },
    },
    "HTTP/3 to endpoints is not supported",
  ],
  [
    ".load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address",
    { load_assignment: assignment("orders.test") },
    'expected an IP address, got "orders.test"',
  ],
  [
    ".load_assignment.endpoints[0].lb_endpoints[1].load_balancing_weight",
    {
      load_assignment: {
        cluster_name: "orders",
        endpoints: [
          {
            lb_endpoints: [1, 0].map((weight, i) => ({
              endpoint: { address: { socket_address: { address: `10.0.0.${i}`, port_value: 80 } } },
              load_balancing_weight: weight,
            })),
          },
        ],
      },
    },
    "expected 1 or more, got 0",
  ],
  [
    ".http2_protocol_options.initial_stream_window_size",
    { http2_protocol_options: { initial_stream_window_size: 1_024 } },
    "expected 65535 to 2147483647 bytes, got 1024",
  ],
])("what is not understood is refused by its path: %s", (path, more, reason) => {
  const name = "name" in more ? "" : "orders";
  const expected = "name" in more ? reason : `cluster "${name}"${path}: ${reason}`;
  expect(problems("cluster", { name, ...more })).toContain(expected);
});

test("all that is wrong is said at once", () => {
  const json = { name: "orders", lb_policy: "MAGLEV", transport_socket: { name: "tls" }, type: "EDS" };
  expect(problems("cluster", json)).toHaveLength(3);
});

test.each([
  ["outlier_detection", { outlier_detection: {} }],
  ["health_checks", { health_checks: [{ tcp_health_check: {} }] }],
  ["respect_dns_ttl", { respect_dns_ttl: true }],
  [
    "http2_protocol_options.connection_keepalive.connection_idle_interval",
    {
      http2_protocol_options: {
        connection_keepalive: { interval: "1s", timeout: "1s", connection_idle_interval: "1s" },
      },
    },
  ],
  [
    "circuit_breakers.per_host_thresholds",
    { circuit_breakers: { per_host_thresholds: [{ max_connections: 1 }] } },
  ],
])("what only makes a cluster better is let in with a warning: %s", (path, more) => {
  expect(warnings("cluster", { name: "orders", ...more })).toEqual([
    `cluster "orders".${path}: it is set, and has no effect here`,
  ]);
});

describe("identity", () => {
  const identity = (more: object): string => compiled("cluster", { name: "orders", ...more }).identity;

  test("it stays while only endpoints change", () => {
    expect(identity({ load_assignment: assignment("10.0.0.1") })).toBe(
      identity({ load_assignment: assignment("10.0.0.2", "10.0.0.3") }),
    );
  });

  test.each([
    ["the name", { name: "other" }],
    ["a timeout", { connect_timeout: "1s" }],
    ["the policy", { lb_policy: "RANDOM" }],
    ["a threshold", { circuit_breakers: { thresholds: [{ max_requests: 1 }] } }],
    ["the service of EDS", { type: "EDS", eds_cluster_config: { ...ADS, service_name: "b" } }],
  ])("it changes with %s", (_, more) => {
    expect(identity(more)).not.toBe(identity({}));
  });

  test("it stays while only the names change that are looked up", () => {
    const dns = (host: string): string => identity({ type: "STRICT_DNS", load_assignment: assignment(host) });
    expect(dns("a.test")).toBe(dns("b.test"));
  });
});

test("an EDS cluster needs its endpoints, any other nothing", () => {
  const { references } = dataPlaneTypes(createExtensionRegistry()).cluster;
  expect(references?.(compiled("cluster", { name: "orders", type: "EDS", eds_cluster_config: ADS }))).toEqual(
    [{ typeUrl: TYPE_URL.EDS, name: "orders" }],
  );
  expect(references?.(compiled("cluster", { name: "orders" }))).toEqual([]);
});

test("pings of HTTP/2 are compiled, and refused without a time that they wait", () => {
  const cluster = (keepalive: object): object => ({
    name: "orders",
    http2_protocol_options: { connection_keepalive: keepalive },
  });
  expect(compiled("cluster", cluster({ interval: "30s", timeout: "1.5s" }))).toMatchObject({
    keepalive: { intervalMs: 30_000, timeoutMs: 1_500, whenIdle: true },
  });
  expect(problems("cluster", cluster({ interval: "30s" }))).toEqual([
    'cluster "orders".http2_protocol_options.connection_keepalive.timeout: expected at least 1 ms',
  ]);
});

test("a cluster may go on in the protocol in which a request came", () => {
  const options = (more: object): object => ({
    name: "orders",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        use_downstream_protocol_config: { http2_protocol_options: {} },
        ...more,
      },
    },
  });
  expect(compiled("cluster", options({}))).toMatchObject({ protocol: "downstream" });
});

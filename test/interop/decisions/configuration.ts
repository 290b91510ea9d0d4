import { staticBootstrap } from "../stage/bootstrap.ts";
import { assignment, type Json, listener, PATIENT, staticCluster } from "../stage/resources.ts";

export interface Ports {
  /** Of the upstreams. */
  readonly a: number;
  readonly b: number;
  /** Nobody listens there. */
  readonly refused: number;
  readonly admin: number;
}

/**
 * One file for Envoy, for our sidecar and for the SDK: a bit of everything that all three decide by. Where chance decides,
 * it is given no choice.
 */
export function configuration(ports: Ports): Json {
  return staticBootstrap({
    nodeId: "web-1",
    adminPort: ports.admin,
    listeners: [
      listener("outbound", "OUTBOUND", {
        normalize_path: true,
        merge_slashes: true,
        via: "mesh",
        route_config: {
          name: "outbound",
          // One of its clusters is not there, which Envoy else refuses in a file.
          validate_clusters: false,
          virtual_hosts: [SHOP, PATIENT_SHOP, WILDCARD, SECURE],
          request_headers_to_add: [{ header: { key: "x-level", value: "configuration" } }],
        },
      }),
    ],
    clusters: [
      staticCluster("a", ports.a),
      staticCluster("b", ports.b),
      staticCluster("half", ports.refused, ports.a),
      staticCluster("refused", ports.refused),
      { ...staticCluster("empty"), load_assignment: assignment("empty") },
      { ...staticCluster("full", ports.a), circuit_breakers: { thresholds: [{ max_requests: 0 }] } },
    ],
  });
}

const to = (cluster: string, more: Json = {}): Json => ({ route: { cluster, ...more } });

const SHOP: Json = {
  name: "shop",
  domains: ["shop.test", "shop.test:8080"],
  include_request_attempt_count: true,
  request_headers_to_add: [{ header: { key: "x-level", value: "host" } }],
  response_headers_to_add: [
    { header: { key: "x-told", value: "%RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(:path)%" } },
  ],
  routes: [
    { match: { path: "/exact" }, ...to("a") },
    { match: { path: "/Folded", case_sensitive: false }, ...to("a") },
    { match: { path_separated_prefix: "/segment" }, ...to("a") },
    { match: { safe_regex: { regex: "/order/[0-9]+" } }, ...to("a") },
    // By fields and parameters: the more particular first.
    {
      match: { prefix: "/fields", headers: [{ name: "x-version", string_match: { exact: "2" } }] },
      ...to("b"),
    },
    {
      match: {
        prefix: "/fields",
        headers: [
          { name: "x-tester", present_match: true },
          { name: ":method", string_match: { exact: "POST" } },
        ],
      },
      ...to("b"),
    },
    {
      match: { prefix: "/fields", headers: [{ name: "x-count", range_match: { start: 5, end: 10 } }] },
      ...to("b"),
    },
    {
      match: {
        prefix: "/fields",
        headers: [{ name: "cookie", string_match: { contains: "beta" }, invert_match: true }],
        query_parameters: [{ name: "beta", string_match: { prefix: "y" } }],
      },
      ...to("b"),
    },
    { match: { prefix: "/fields", query_parameters: [{ name: "debug", present_match: true }] }, ...to("b") },
    { match: { prefix: "/fields" }, ...to("a") },
    {
      match: { prefix: "/weights/all-b" },
      route: {
        weighted_clusters: {
          clusters: [
            { name: "a", weight: 0 },
            { name: "b", weight: 5 },
          ],
        },
      },
    },
    {
      match: { prefix: "/weights/by-header" },
      route: {
        weighted_clusters: {
          clusters: [
            { name: "a", weight: 30 },
            {
              name: "b",
              weight: 70,
              request_headers_to_add: [{ header: { key: "x-level", value: "weight" } }],
            },
          ],
          header_name: "x-draw",
        },
      },
    },
    { match: { prefix: "/by-name" }, route: { cluster_header: "x-cluster" } },
    // Rewrites.
    { match: { prefix: "/old/" }, ...to("a", { prefix_rewrite: "/new/" }) },
    { match: { prefix: "/strip" }, ...to("a", { prefix_rewrite: "/" }) },
    {
      match: { prefix: "/swap/" },
      ...to("a", {
        regex_rewrite: { pattern: { regex: "/swap/([^/]+)/([^/]+)" }, substitution: "/\\2/\\1" },
      }),
    },
    {
      match: { prefix: "/host" },
      ...to("a", { host_rewrite_literal: "inside.test", append_x_forwarded_host: true }),
    },
    { match: { prefix: "/host-of-header" }, ...to("a", { host_rewrite_header: "x-host" }) },
    // Redirects.
    { match: { prefix: "/moved/path" }, redirect: { path_redirect: "/there?new=1" } },
    {
      match: { prefix: "/moved/host" },
      redirect: { host_redirect: "elsewhere.test", response_code: "FOUND" },
    },
    { match: { prefix: "/moved/secure" }, redirect: { https_redirect: true, port_redirect: 8443 } },
    { match: { prefix: "/moved/prefix/" }, redirect: { prefix_rewrite: "/kept/", strip_query: true } },
    {
      match: { prefix: "/moved/regex/" },
      redirect: {
        regex_rewrite: { pattern: { regex: "^/moved/regex/(.*)$" }, substitution: "/\\1/now" },
        response_code: "PERMANENT_REDIRECT",
      },
    },
    // Answers of the route's own.
    {
      match: { path: "/teapot" },
      direct_response: { status: 418, body: { inline_string: "short and stout" } },
    },
    {
      match: { path: "/silent" },
      direct_response: { status: 204 },
      response_headers_to_add: [{ header: { key: "x-own", value: "yes" } }],
    },
    // Fields.
    {
      match: { prefix: "/change" },
      ...to("a"),
      request_headers_to_add: [
        { header: { key: "x-level", value: "route" } },
        { header: { key: "x-over", value: "written" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" },
        { header: { key: "x-new", value: "only" }, append_action: "ADD_IF_ABSENT" },
        { header: { key: "x-from", value: "%REQ(x-over)% of %REQ(:authority)%" } },
      ],
      request_headers_to_remove: ["x-secret"],
      response_headers_to_remove: ["x-powered"],
      response_headers_to_add: [{ header: { key: "x-done", value: "%RESPONSE_CODE%" } }],
    },
    // Failures.
    { match: { prefix: "/slow" }, ...to("a", { prefix_rewrite: "/held", timeout: "0.15s" }) },
    { match: { prefix: "/status" }, ...to("a", { retry_policy: { retry_on: "5xx", num_retries: 2 } }) },
    {
      match: { prefix: "/hurried" },
      ...to("a", {
        prefix_rewrite: "/held",
        timeout: "1s",
        retry_policy: { retry_on: "5xx", num_retries: 1, per_try_timeout: "0.1s" },
      }),
    },
    {
      match: { prefix: "/refused/again" },
      ...to("refused", { retry_policy: { retry_on: "connect-failure", num_retries: 1 } }),
    },
    { match: { prefix: "/refused" }, ...to("refused") },
    { match: { prefix: "/unknown" }, ...to("nowhere", { cluster_not_found_response_code: "NOT_FOUND" }) },
    { match: { prefix: "/empty" }, ...to("empty") },
    { match: { prefix: "/full" }, ...to("full") },
  ],
};

/** Which endpoint is tried first is chance, so that nobody is told the number of the attempt. */
const PATIENT_SHOP: Json = {
  name: "patient",
  domains: ["patient.test"],
  routes: [{ match: { prefix: "/" }, ...to("half", { retry_policy: PATIENT }) }],
};

const WILDCARD: Json = {
  name: "wildcard",
  domains: ["*.shop.test", "api.*"],
  routes: [{ match: { prefix: "/" }, ...to("b") }],
};

const SECURE: Json = {
  name: "secure",
  domains: ["pay.test"],
  require_tls: "ALL",
  routes: [{ match: { prefix: "/" }, ...to("b") }],
};

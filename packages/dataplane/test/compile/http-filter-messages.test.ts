import { describe, expect, test } from "vitest";
import { ordersHost, outboundListener, ROUTER, routeTo } from "../static-plane.ts";
import { problems } from "./compile-json.ts";

const FILTERS = "type.googleapis.com/envoy.extensions.filters.http";
const CHAIN = 'listener "outbound".filter_chains[0].filters[0].http_filters[0].typed_config';
const ALL = { numerator: 100 };

/** What is wrong with a filter of the chain. */
function ofFilter(type: string, message: object): readonly string[] {
  const filter = { name: "f", typed_config: { "@type": `${FILTERS}.${type}`, ...message } };
  return problems(
    "listener",
    outboundListener([ordersHost([routeTo("a")])], { http_filters: [filter, ROUTER] }),
  );
}

/** What is wrong with a setting of a route. */
function ofRoute(type: string, message: object): readonly string[] {
  const settings = { typed_per_filter_config: { f: { "@type": `${FILTERS}.${type}`, ...message } } };
  return problems("routes", { name: "r", virtual_hosts: [ordersHost([routeTo("a", {}, settings)])] });
}

describe("of a fault is refused by its path:", () => {
  test.each<[object, string]>([
    [{ delay: { percentage: ALL } }, "fault.delay: expected fixed_delay or header_delay"],
    [
      { delay: { fixed_delay: "0s", percentage: ALL } },
      "fault.delay.fixed_delay: expected more than 0 s, got 0 ms",
    ],
    [{ abort: { percentage: ALL } }, "fault.abort: expected http_status, grpc_status or header_abort"],
    [{ abort: { http_status: 600 } }, "fault: the status must be from 200 to 599, got 600"],
    [
      { response_rate_limit: { percentage: ALL } },
      "fault.response_rate_limit: expected fixed_limit or header_limit",
    ],
    [
      { response_rate_limit: { fixed_limit: { limit_kbps: 0 } } },
      "fault: the rate limit must be 1 KiB per second or more, got 0",
    ],
    [{ headers: [{ name: "" }] }, "header matcher: the name is empty"],
    [
      { headers: [{ name: "a", string_match: {} }], delay: { percentage: ALL } },
      "fault.delay: expected fixed_delay or header_delay; fault.headers[0].string_match: expected exact, prefix, suffix, contains or safe_regex",
    ],
  ])("%j", (message, problem) => {
    expect(ofFilter("fault.v3.HTTPFault", message)).toEqual([`${CHAIN}: ${problem}`]);
    expect(ofRoute("fault.v3.HTTPFault", message)).toEqual([expect.stringMatching(/^.*\["f"\]: /)]);
  });

  test("nothing that only concerns statistics", () => {
    expect(ofFilter("fault.v3.HTTPFault", { disable_downstream_cluster_stats: true })).toEqual([]);
  });
});

test.each<[object, string]>([
  [
    { allow_origin_string_match: [{ exact: "a" }, {}] },
    "cors.allow_origin_string_match[1]: expected exact, prefix, suffix, contains or safe_regex",
  ],
  [{ filter_enabled: { runtime_key: "a" } }, "cors.filter_enabled.default_value: it is missing"],
  [{ shadow_enabled: {} }, "cors.shadow_enabled.default_value: it is missing"],
  [{ allow_origin_string_match: [{ prefix: "" }] }, "string matcher: prefix needs at least one character"],
])("a policy of CORS that cannot be kept is refused by its path: %j", (message, problem) => {
  const place = 'route configuration "r".virtual_hosts["orders"].routes[0].typed_per_filter_config["f"]';
  expect(ofRoute("cors.v3.CorsPolicy", message)).toEqual([`${place}: ${problem}`]);
});

test("a filter of CORS has no policy of its own", () => {
  expect(ofFilter("cors.v3.Cors", {})).toEqual([]);
  expect(ofFilter("cors.v3.CorsPolicy", {})).toEqual([
    'listener "outbound".filter_chains[0].filters[0].http_filters[0]: the HTTP filter envoy.extensions.filters.http.cors.v3.CorsPolicy is not supported',
  ]);
});

describe("of header mutations is refused by its path:", () => {
  const HERE = "header_mutation.mutations";
  const added = (key: string, value: string): object => ({ append: { header: { key, value } } });

  test.each<[object, string]>([
    [
      { request_mutations: [{}] },
      `${HERE}.request_mutations[0]: expected append, remove or remove_on_match with a key_matcher`,
    ],
    [{ request_mutations: [{ append: {} }] }, `${HERE}.request_mutations[0].append.header: it is missing`],
    [
      { request_mutations: [{ remove: "Host" }] },
      `${HERE}.request_mutations[0]: header mutation: "Host" may be neither added nor removed, but rewritten`,
    ],
    [
      { response_mutations: [added("a", "1"), added(":status", "299")] },
      `${HERE}.response_mutations[1]: header mutation: ":status" may be neither added nor removed, but rewritten`,
    ],
    [
      { request_mutations: [added("a", "1\r\nb: 2")] },
      `${HERE}.request_mutations[0]: header mutation: the value of "a" has CR, LF or NUL`,
    ],
    [
      { response_trailers_mutations: [added("a", "%NOBODY%")] },
      `${HERE}.response_trailers_mutations[0]: format "%NOBODY%": unknown command %NOBODY%`,
    ],
    [
      { request_trailers_mutations: [{ remove_on_match: { key_matcher: { prefix: "" } } }] },
      `${HERE}.request_trailers_mutations[0].remove_on_match.key_matcher: string matcher: prefix needs at least one character`,
    ],
    [{ query_parameter_mutations: [{}] }, `${HERE}.query_parameter_mutations[0]: expected append or remove`],
    [
      { query_parameter_mutations: [{ remove: "a", append: { record: { key: "a", value: "" } } }] },
      `${HERE}.query_parameter_mutations[0]: expected append or remove, and not both`,
    ],
    [
      { query_parameter_mutations: [{ append: { record: { key: "a", value: 1 } } }] },
      `${HERE}.query_parameter_mutations[0].append.record: expected a key, and a text as its value`,
    ],
    [
      { query_parameter_mutations: [{ append: { record: { key: "a", value: "%" } } }] },
      `${HERE}.query_parameter_mutations: format "%": nothing known begins at "%"`,
    ],
  ])("%j", (mutations, problem) => {
    expect(ofFilter("header_mutation.v3.HeaderMutation", { mutations })).toEqual([`${CHAIN}: ${problem}`]);
    expect(ofRoute("header_mutation.v3.HeaderMutationPerRoute", { mutations })).toEqual([
      expect.stringMatching(/\["f"\]: header_mutation\./),
    ]);
  });
});

test("a message may come as a plain struct with the name of its type", () => {
  const wrapped = (value: object): readonly string[] => {
    const config = {
      "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
      type_url: `${FILTERS}.fault.v3.HTTPFault`,
      value,
    };
    const http_filters = [{ name: "f", typed_config: config }, ROUTER];
    return problems("listener", outboundListener([ordersHost([routeTo("a")])], { http_filters }));
  };
  expect(wrapped({ delay: { fixedDelay: "1s", percentage: ALL } })).toEqual([]);
  expect(wrapped({ delay: { percentage: ALL } })).toEqual([
    `${CHAIN}: fault.delay: expected fixed_delay or header_delay`,
  ]);
});

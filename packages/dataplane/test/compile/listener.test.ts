import { TYPE_URL } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { createExtensionRegistry, dataPlaneTypes } from "../../src/index.ts";
import { compiled, compileJson, problems, warnings } from "./compile-json.ts";
import { LOOPBACK, listener, manager, NO_ROUTES, ROUTER, TYPES } from "./listener-json.ts";

test("a listener that says little has Envoy's defaults", () => {
  expect(compiled("listener", listener())).toMatchObject({
    name: "l",
    direction: "unspecified",
    address: { kind: "tcp", host: "127.0.0.1", port: 8080 },
    bind: true,
    warnings: [],
    chains: [
      {
        name: "",
        destinationPort: undefined,
        http: {
          statPrefix: "in",
          filters: [],
          paths: { normalize: false, mergeSlashes: false, escapedSlashes: "keep" },
          useRemoteAddress: false,
          generateRequestId: true,
          server: { name: "envoy", when: "always" },
          envoyFields: true,
          maxHeadBytes: 61_440,
          requestHeadersTimeoutMs: 60_000,
          idleTimeoutMs: 3_600_000,
          delayedCloseMs: 1_000,
          maxHeadFields: 100,
          acceptHttp10: false,
          defaultHost: "",
          dropLengthBesideChunks: false,
          keepAfterNoHost: false,
          drainTimeoutMs: 5_000,
        },
      },
    ],
  });
});

test.each([
  [{ traffic_direction: "OUTBOUND" }, { direction: "outbound" }],
  [{ traffic_direction: "INBOUND" }, { direction: "inbound" }],
  [{ bind_to_port: false }, { bind: false }],
  [{ address: { pipe: { path: "/run/l.sock" } } }, { address: { kind: "pipe", path: "/run/l.sock" } }],
])("of the listener %j is used", (more, expected) => {
  expect(compiled("listener", listener(NO_ROUTES, more))).toMatchObject(expected);
});

describe("chains", () => {
  const chain = (name: string, destination_port?: number): object => ({
    name,
    filters: [manager()],
    ...(destination_port === undefined ? {} : { filter_chain_match: { destination_port } }),
  });

  test("stand in the order of listing, the default one last", () => {
    const json = {
      name: "l",
      address: LOOPBACK,
      filter_chains: [chain("any"), chain("80", 80)],
      default_filter_chain: chain("default"),
    };
    expect(compiled("listener", json).chains.map(({ name }) => name)).toEqual(["any", "80", "default"]);
  });

  test("one for a kind of connection that there never is is left out with a warning", () => {
    const quic = { filters: [manager()], filter_chain_match: { transport_protocol: "quic" } };
    const json = { name: "l", address: LOOPBACK, filter_chains: [quic, chain("plain")] };
    expect(compiled("listener", json).chains.map(({ name }) => name)).toEqual(["plain"]);
    expect(warnings("listener", json)).toEqual([
      'listener "l".filter_chains[0].filter_chain_match: no connection is ever "quic": the chain is left out',
    ]);
    const raw = { filters: [manager()], filter_chain_match: { transport_protocol: "raw_buffer" } };
    expect(compiled("listener", { name: "l", address: LOOPBACK, filter_chains: [raw] }).chains).toHaveLength(
      1,
    );
  });

  test("an API listener needs no address and no chain", () => {
    const api = (manager() as { readonly typed_config: object }).typed_config;
    expect(compiled("listener", { name: "xds.test", api_listener: { api_listener: api } })).toMatchObject({
      address: undefined,
      chains: [{ name: "api_listener", destinationPort: undefined }],
    });
  });
});

test("inspectors of first bytes have nothing to do and are let in", () => {
  const listener_filters = ["tls_inspector.v3.TlsInspector", "http_inspector.v3.HttpInspector"].map(
    (type) => ({
      name: type,
      typed_config: { "@type": `${TYPES}.listener.${type}` },
    }),
  );
  expect(problems("listener", listener(NO_ROUTES, { listener_filters }))).toEqual([]);
});

test("it needs the routes that it names, or the clusters of its own routes", () => {
  const { references } = dataPlaneTypes(createExtensionRegistry()).listener;
  const named = listener({ rds: { route_config_name: "r", config_source: { ads: {} } } });
  expect(references?.(compiled("listener", named))).toEqual([{ typeUrl: TYPE_URL.RDS, name: "r" }]);
  const route = { match: { prefix: "/" }, route: { cluster: "a" } };
  const inline = listener({
    route_config: { virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }] },
  });
  expect(references?.(compiled("listener", inline))).toEqual([{ typeUrl: TYPE_URL.CDS, name: "a" }]);
});

const HERE = 'listener "l".filter_chains[0].filters[0]';
const UNKNOWN = "type.googleapis.com/envoy.extensions.filters.http.aws_lambda.v3.Config";

test.each([
  ['listener "l".address', listener(NO_ROUTES, { address: {} }), "expected a socket_address or a pipe"],
  [
    'listener "l".address.socket_address.address',
    listener(NO_ROUTES, { address: { socket_address: { address: "localhost", port_value: 1 } } }),
    'expected an IP address, got "localhost"',
  ],
  ['listener "l".filter_chains', { name: "l", address: LOOPBACK }, "expected at least one"],
  [
    'listener "l".use_original_dst',
    listener(NO_ROUTES, { use_original_dst: true }),
    "it is set, and is not supported",
  ],
  [
    'listener "l".listener_filters[0]',
    listener(NO_ROUTES, { listener_filters: [{ name: "envoy.filters.listener.proxy_protocol" }] }),
    "envoy.filters.listener.proxy_protocol is not supported",
  ],
  [
    'listener "l".filter_chains[0].transport_socket.typed_config',
    {
      name: "l",
      address: LOOPBACK,
      filter_chains: [{ filters: [manager()], transport_socket: { name: "tls" } }],
    },
    "it is missing",
  ],
  [
    'listener "l".filter_chains[0].filters',
    { name: "l", address: LOOPBACK, filter_chains: [{ filters: [manager(), manager()] }] },
    "expected one HTTP connection manager, got 2 filters",
  ],
  [
    HERE,
    {
      name: "l",
      address: LOOPBACK,
      filter_chains: [
        { filters: [{ name: "t", typed_config: { "@type": `${TYPES}.network.tcp_proxy.v3.TcpProxy` } }] },
      ],
    },
    "the network filter envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy is not supported",
  ],
  [HERE, listener({}), "expected route_config or rds"],
  [
    `${HERE}.path_with_escaped_slashes_action`,
    listener({ ...NO_ROUTES, path_with_escaped_slashes_action: 9 }),
    "expected IMPLEMENTATION_SPECIFIC_DEFAULT, KEEP_UNCHANGED, REJECT_REQUEST, UNESCAPE_AND_REDIRECT, UNESCAPE_AND_FORWARD, got 9",
  ],
  [
    `${HERE}.server_header_transformation`,
    listener({ ...NO_ROUTES, server_header_transformation: 9 }),
    "expected OVERWRITE, APPEND_IF_ABSENT, PASS_THROUGH, got 9",
  ],
  [
    `${HERE}.rds.config_source`,
    listener({ rds: { route_config_name: "r", config_source: { path_config_source: { path: "/r" } } } }),
    "expected ads: {}; other sources are not supported",
  ],
  [
    `${HERE}.codec_type`,
    listener({ ...NO_ROUTES, codec_type: "HTTP3" }),
    "expected AUTO, HTTP1 or HTTP2, got HTTP3",
  ],
  [
    `${HERE}.xff_num_trusted_hops`,
    listener({ ...NO_ROUTES, xff_num_trusted_hops: 1 }),
    "it is set, and is not supported",
  ],
  [
    `${HERE}.forward_client_cert_details`,
    listener({ ...NO_ROUTES, forward_client_cert_details: "SANITIZE_SET" }),
    "it is set, and is not supported",
  ],
  [
    `${HERE}.strip_any_host_port`,
    listener({ ...NO_ROUTES, strip_any_host_port: true, strip_matching_host_port: true }),
    "excludes strip_matching_host_port, which is set",
  ],
  [
    `${HERE}.http_filters`,
    listener({ ...NO_ROUTES, http_filters: [] }),
    `expected ${TYPES.slice(20)}.http.router.v3.Router at the end`,
  ],
  [
    `${HERE}.http_filters[1]`,
    listener({ ...NO_ROUTES, http_filters: [ROUTER, { name: "x", typed_config: { "@type": UNKNOWN } }] }),
    "nothing may follow the router",
  ],
  [
    `${HERE}.http_filters[0]`,
    listener({
      ...NO_ROUTES,
      http_filters: [{ name: "lambda", typed_config: { "@type": UNKNOWN } }, ROUTER],
    }),
    "the HTTP filter envoy.extensions.filters.http.aws_lambda.v3.Config is not supported",
  ],
  [
    `${HERE}.http_filters[0].disabled`,
    listener({ ...NO_ROUTES, http_filters: [{ ...ROUTER, disabled: true }] }),
    "the router cannot be switched off",
  ],
  [
    `${HERE}.http_filters[0].typed_config`,
    listener({ ...NO_ROUTES, http_filters: [{ name: "lambda" }, ROUTER] }),
    "it is missing",
  ],
])("what is not understood is refused by its path: %s", (path, json, reason) => {
  expect(problems("listener", json)).toContain(`${path}: ${reason}`);
});

test("an optional filter that nobody knows is left out with a warning", () => {
  const optional = { name: "lambda", is_optional: true, typed_config: { "@type": UNKNOWN } };
  expect(warnings("listener", listener({ ...NO_ROUTES, http_filters: [optional, ROUTER] }))).toEqual([
    `${HERE}.http_filters[0]: envoy.extensions.filters.http.aws_lambda.v3.Config is not known; it is optional and left out`,
  ]);
});

test("problems of inline routes carry the way to them", () => {
  const json = listener({
    route_config: { virtual_hosts: [{ name: "v", domains: ["*"], routes: [{ match: { prefix: "/" } }] }] },
  });
  expect(compileJson("listener", json)).toEqual({
    kind: "problems",
    name: "l",
    problems: [
      `${HERE}.route_config.virtual_hosts["v"].routes[0]: expected route, redirect, direct_response or non_forwarding_action`,
    ],
  });
});

test("absolute targets cannot be switched off", () => {
  const hcm = { ...NO_ROUTES, http_protocol_options: { allow_absolute_url: false } };
  expect(problems("listener", listener(hcm))).toEqual([
    expect.stringMatching(/http_protocol_options\.allow_absolute_url: expected true/),
  ]);
});

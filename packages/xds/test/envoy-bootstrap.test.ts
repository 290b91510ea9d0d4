import { create, type Message, type MessageInit, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { parseBootstrap, type XdsBootstrap } from "../src/bootstrap/index.ts";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;
type Init = MessageInit<Bootstrap>;

function parse(init: Init): XdsBootstrap {
  return parseBootstrap(create("envoy.config.bootstrap.v3.Bootstrap", init), "envoy.yaml");
}

const UPSTREAM_TLS = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";

function xdsCluster(
  more: MessageInit<Message<"envoy.config.cluster.v3.Cluster">> = {},
): MessageInit<Message<"envoy.config.cluster.v3.Cluster">> {
  const at = (port: number) => ({
    endpoint: { address: { socket_address: { address: "10.0.0.1", port_value: port } } },
  });
  return {
    name: "xds",
    load_assignment: { cluster_name: "xds", endpoints: [{ lb_endpoints: [at(15010), at(15011)] }] },
    ...more,
  };
}

const dynamic = {
  ads_config: { api_type: "GRPC", grpc_services: [{ envoy_grpc: { cluster_name: "xds" } }] },
  lds_config: { ads: {} },
  cds_config: { ads: {} },
} as const satisfies Init["dynamic_resources"];

const base: Init = {
  node: { id: "web-1", cluster: "web", metadata: { role: "edge" } },
  static_resources: { clusters: [xdsCluster()] },
  dynamic_resources: dynamic,
};

/** The base with another TLS context for the control plane. */
function withTls(context: MessageInit<Message<typeof UPSTREAM_TLS>>): Init {
  const socket = { name: "tls", typed_config: packAny(UPSTREAM_TLS, context) };
  return { ...base, static_resources: { clusters: [xdsCluster({ transport_socket: socket })] } };
}

describe("Envoy's bootstrap", () => {
  test("an ordinary one: node, control plane from its static cluster, everything over ads", () => {
    expect(parse(base)).toMatchObject({
      node: { id: "web-1", cluster: "web", metadata: { role: "edge" }, user_agent_name: "dualmesh" },
      targets: [
        { kind: "tcp", address: "10.0.0.1:15010" },
        { kind: "tcp", address: "10.0.0.1:15011" },
      ],
      dynamicListeners: true,
      dynamicClusters: true,
      admin: undefined,
      warnings: [],
    });
  });

  test("without a control plane: static resources alone", () => {
    const { targets, staticResources, dynamicListeners } = parse({
      node: { id: "x" },
      static_resources: {
        listeners: [{ name: "in" }],
        clusters: [{ name: "app" }],
        secrets: [{ name: "cert" }],
      },
    });
    expect(targets).toEqual([]);
    expect(dynamicListeners).toBe(false);
    expect(staticResources.map(({ type_url }) => type_url)).toEqual([
      TYPE_URL.LDS,
      TYPE_URL.CDS,
      TYPE_URL.SDS,
    ]);
  });

  test("a control plane behind a pipe, with authority and metadata", () => {
    const pipe = { lb_endpoints: [{ endpoint: { address: { pipe: { path: "/run/xds.sock" } } } }] };
    const { targets } = parse({
      ...base,
      static_resources: {
        clusters: [xdsCluster({ load_assignment: { cluster_name: "xds", endpoints: [pipe] } })],
      },
      dynamic_resources: {
        ...dynamic,
        ads_config: {
          api_type: "AGGREGATED_GRPC",
          grpc_services: [
            {
              envoy_grpc: { cluster_name: "xds", authority: "istiod" },
              initial_metadata: [{ key: "authorization", value: "Bearer t" }],
            },
          ],
        },
      },
    });
    expect(targets).toEqual([
      {
        kind: "unix",
        address: "/run/xds.sock",
        authority: "istiod",
        metadata: [["authorization", "Bearer t"]],
      },
    ]);
  });

  test("IPv6 addresses are put in brackets", () => {
    const six = { endpoint: { address: { socket_address: { address: "::1", port_value: 1 } } } };
    const { targets } = parse({
      ...base,
      static_resources: {
        clusters: [
          xdsCluster({ load_assignment: { cluster_name: "xds", endpoints: [{ lb_endpoints: [six] }] } }),
        ],
      },
    });
    expect(targets).toEqual([{ kind: "tcp", address: "[::1]:1" }]);
  });

  test.each([
    ["dns:///xds.example:15010", { kind: "tcp", address: "xds.example:15010" }],
    ["xds.example:15010", { kind: "tcp", address: "xds.example:15010" }],
    ["ipv4:10.0.0.1:80", { kind: "tcp", address: "10.0.0.1:80" }],
    ["ipv6:[::1]:80", { kind: "tcp", address: "[::1]:80" }],
    ["unix:///run/x.sock", { kind: "unix", address: "/run/x.sock" }],
    ["unix:/run/x.sock", { kind: "unix", address: "/run/x.sock" }],
  ] as const)("google_grpc target %s", (uri, target) => {
    const ads_config = { api_type: "GRPC", grpc_services: [{ google_grpc: { target_uri: uri } }] } as const;
    expect(parse({ ...base, dynamic_resources: { ...dynamic, ads_config } }).targets).toEqual([target]);
  });

  test("TLS: files and inline texts, a client certificate, the name to verify", () => {
    const { targets } = parse(
      withTls({
        sni: "istiod",
        common_tls_context: {
          alpn_protocols: ["h2"],
          tls_certificates: [
            { certificate_chain: { filename: "/c.pem" }, private_key: { inline_string: "KEY" } },
          ],
          validation_context: {
            trusted_ca: { inline_bytes: new TextEncoder().encode("CA") },
            match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: "istiod" } }],
          },
        },
      }),
    );
    expect(targets[0]?.tls).toEqual({
      trustedCa: { kind: "inline", pem: "CA" },
      certificateChain: { kind: "file", path: "/c.pem" },
      privateKey: { kind: "inline", pem: "KEY" },
      serverName: "istiod",
    });
  });

  test("delta is answered with the state of the world, and a warning", () => {
    const ads_config = { ...dynamic.ads_config, api_type: "DELTA_GRPC" } as const;
    const { warnings, targets } = parse({ ...base, dynamic_resources: { ...dynamic, ads_config } });
    expect(targets).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/delta/)]);
  });

  test("runtime layers in order, and the admin address", () => {
    const { runtimeLayers, admin, warnings } = parse({
      ...base,
      admin: { address: { socket_address: { address: "127.0.0.1", port_value: 9901 } } },
      layered_runtime: {
        layers: [
          { name: "base", static_layer: { "a.b": 1 } },
          { name: "disk", disk_layer: { symlink_root: "/x" } },
          { name: "cp", rtds_layer: { name: "limits", rtds_config: { ads: {} } } },
          { name: "admin", admin_layer: {} },
        ],
      },
    });
    expect(runtimeLayers).toEqual([
      { kind: "static", name: "base", values: { "a.b": 1 } },
      { kind: "rtds", name: "cp", resource: "limits" },
      { kind: "admin", name: "admin" },
    ]);
    expect(admin).toEqual({ kind: "tcp", host: "127.0.0.1", port: 9901 });
    expect(warnings).toEqual(['runtime layer "disk": disk layers are left out']);
  });

  const withAds = (ads_config: MessageInit<Message<"envoy.config.core.v3.ApiConfigSource">>): Init => ({
    ...base,
    dynamic_resources: { ...dynamic, ads_config },
  });
  const validation = (
    validation_context: MessageInit<
      Message<"envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext">
    >,
  ): Init => withTls({ common_tls_context: { validation_context } });

  test.each<[string, Init, string]>([
    ["no node id", { ...base, node: {} }, "envoy.yaml: node.id is needed"],
    [
      "no such cluster",
      { ...base, static_resources: { clusters: [] } },
      'envoy.yaml: dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name: expected the name of a static cluster, got "xds"; there is none',
    ],
    [
      "a cluster without endpoints",
      { ...base, static_resources: { clusters: [{ name: "xds" }] } },
      'cluster "xds": has no endpoint with an address',
    ],
    [
      "another api_type",
      withAds({ ...dynamic.ads_config, api_type: "REST" }),
      "ads_config.api_type: expected GRPC, got REST",
    ],
    ["no service", withAds({ api_type: "GRPC" }), "ads_config.grpc_services: expected one, got none"],
    [
      "an empty service",
      withAds({ api_type: "GRPC", grpc_services: [{}] }),
      "expected envoy_grpc or google_grpc, got neither",
    ],
    ["version 2", withAds({ ...dynamic.ads_config, transport_api_version: "V2" }), "expected V3, got V2"],
    ["no ads_config", { ...base, dynamic_resources: { lds_config: { ads: {} } } }, "ads_config is needed"],
    [
      "listeners from files",
      { ...base, dynamic_resources: { ...dynamic, lds_config: { path_config_source: { path: "/x" } } } },
      "lds_config: expected ads: {}, got path_config_source",
    ],
    [
      "an xds scheme",
      withAds({ api_type: "GRPC", grpc_services: [{ google_grpc: { target_uri: "xds:///x:1" } }] }),
      'has the scheme "xds"',
    ],
    [
      "a target without port",
      withAds({ api_type: "GRPC", grpc_services: [{ google_grpc: { target_uri: "dns:///x" } }] }),
      "is not of the form host:port",
    ],
    [
      "Google's credentials",
      withAds({
        api_type: "GRPC",
        grpc_services: [{ google_grpc: { target_uri: "x:1", channel_credentials: { google_default: {} } } }],
      }),
      "google_default credentials are not supported",
    ],
    [
      "another transport socket",
      {
        ...base,
        static_resources: {
          clusters: [
            xdsCluster({
              transport_socket: {
                name: "alts",
                typed_config: packAny("envoy.extensions.transport_sockets.alts.v3.Alts", {}),
              },
            }),
          ],
        },
      },
      "Alts is not supported for the control plane",
    ],
    [
      "certificates by SDS",
      withTls({ common_tls_context: { tls_certificate_sds_secret_configs: [{ name: "x" }] } }),
      "tls_certificate_sds_secret_configs is not supported",
    ],
    [
      "a certificate without key",
      withTls({ common_tls_context: { tls_certificates: [{ certificate_chain: { filename: "/c" } }] } }),
      "needs both a certificate chain and a private key",
    ],
    [
      "a certificate from the environment",
      validation({ trusted_ca: { environment_variable: "CA" } }),
      "trusted_ca: only filename, inline_bytes and inline_string",
    ],
    [
      "pinned certificates",
      validation({ verify_certificate_hash: ["x"] }),
      "verify_certificate_hash is not supported",
    ],
    [
      "a name by prefix",
      validation({ match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { prefix: "x" } }] }),
      "match_typed_subject_alt_names: one exact DNS name",
    ],
    [
      "an empty runtime layer",
      { ...base, layered_runtime: { layers: [{ name: "x" }] } },
      'runtime layer "x" is empty',
    ],
  ])("refused, in one sentence: %s", (_, init, sentence) => {
    expect(() => parse(init)).toThrow(sentence);
  });

  test("all problems are said at once, a line each", () => {
    const broken: Init = { dynamic_resources: { ...dynamic, cds_config: { self: {} } } };
    expect(() => parse(broken)).toThrow(
      /^\[INVALID_ARGUMENT\] envoy\.yaml: node\.id .*\nenvoy\.yaml: .*got "xds".*\nenvoy\.yaml: dynamic_resources\.cds_config: .*got self$/,
    );
  });
});

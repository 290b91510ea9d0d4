/** One bootstrap for everybody: our sidecar, Envoy and the SDK read the same. */
export function bootstrap(
  listenerPort: number,
  upstreamPort: number,
  protocol: "http1" | "http2" = "http1",
): string {
  return JSON.stringify({
    node: { id: "bench-1", cluster: "bench" },
    static_resources: {
      listeners: [
        {
          name: "outbound",
          traffic_direction: "OUTBOUND",
          address: { socket_address: { address: "127.0.0.1", port_value: listenerPort } },
          filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager() }] }],
        },
      ],
      clusters: [
        {
          name: "orders",
          type: "STATIC",
          ...(protocol === "http2" ? { typed_extension_protocol_options: HTTP2 } : {}),
          connect_timeout: "1s",
          load_assignment: {
            cluster_name: "orders",
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: {
                      address: { socket_address: { address: "127.0.0.1", port_value: upstreamPort } },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  });
}

/** What the mesh answers by itself: the way to it is all that a call costs then. */
const KILOBYTE = "x".repeat(1024);

const HTTP2 = {
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicit_http_config: { http2_protocol_options: {} },
  },
};

function connectionManager(): object {
  return {
    "@type":
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: "outbound",
    route_config: {
      name: "outbound",
      virtual_hosts: [
        {
          name: "orders",
          domains: ["orders"],
          routes: [
            {
              match: { path: "/by-itself" },
              direct_response: { status: 200, body: { inline_string: KILOBYTE } },
            },
            { match: { prefix: "/" }, route: { cluster: "orders" } },
          ],
        },
      ],
    },
    http_filters: [
      {
        name: "router",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
  };
}

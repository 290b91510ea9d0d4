import { fromJson, type Message } from "@dualmesh/envoy-api";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;

/** A listener in Envoy's JSON, on a free port, that sends everything to one cluster. */
export function listenerJson(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { routes = [{ match: { prefix: "/" }, route: { cluster: "app" } }], ...rest } = more;
  return {
    name,
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [{ filters: [{ name: "http", typed_config: httpJson(name, routes) }] }],
    ...rest,
  };
}

function httpJson(statPrefix: string, routes: unknown): unknown {
  return {
    "@type":
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: statPrefix,
    route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes }] },
    http_filters: [
      {
        name: "router",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
  };
}

/** A static cluster in Envoy's JSON with one endpoint on loopback. */
export function clusterJson(name: string, port: number): Record<string, unknown> {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  return {
    name,
    type: "STATIC",
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

export interface BootstrapParts {
  readonly listeners?: readonly unknown[];
  readonly clusters?: readonly unknown[];
  readonly [field: string]: unknown;
}

/** A bootstrap with static resources and, unless it says otherwise, the admin interface on a free port. */
export function bootstrap({ listeners = [], clusters = [], ...more }: BootstrapParts): Bootstrap {
  return fromJson("envoy.config.bootstrap.v3.Bootstrap", {
    node: { id: "web-1", cluster: "web" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: { listeners, clusters },
    ...more,
  });
}

/** The way to a control plane on a Unix socket. */
export function adsJson(path: string): Record<string, unknown> {
  return {
    dynamic_resources: {
      lds_config: { ads: {} },
      cds_config: { ads: {} },
      ads_config: {
        api_type: "GRPC",
        grpc_services: [{ google_grpc: { target_uri: `unix:${path}`, stat_prefix: "ads" } }],
      },
    },
  };
}

/** What a test wants in a bootstrap, in proto3 JSON. */
export interface BootstrapParts {
  readonly listeners?: readonly object[];
  readonly clusters?: readonly object[];
  readonly more?: object;
}

/** A bootstrap of node `web-1`, as text. */
export function bootstrapText({ listeners = [], clusters = [], more = {} }: BootstrapParts): string {
  return JSON.stringify({
    node: { id: "web-1", cluster: "web" },
    static_resources: { listeners, clusters },
    ...more,
  });
}

const FILTERS = "type.googleapis.com/envoy.extensions.filters";

export const ROUTER = {
  name: "router",
  typed_config: { "@type": `${FILTERS}.http.router.v3.Router` },
};

/** A listener with one chain for all its routes. */
export function listener(
  name: string,
  direction: "OUTBOUND" | "INBOUND",
  virtualHosts: readonly object[],
  options: {
    readonly port?: number;
    readonly filters?: readonly object[];
    readonly destinationPort?: number;
  } = {},
): object {
  const { port = 0, filters = [], destinationPort } = options;
  return {
    name,
    traffic_direction: direction,
    address: { socket_address: { address: "127.0.0.1", port_value: port } },
    filter_chains: [
      {
        ...(destinationPort === undefined
          ? {}
          : { filter_chain_match: { destination_port: destinationPort } }),
        filters: [
          {
            name: "http",
            typed_config: {
              "@type": `${FILTERS}.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: name,
              route_config: { name, virtual_hosts: virtualHosts },
              http_filters: [...filters, ROUTER],
            },
          },
        ],
      },
    ],
  };
}

/** A virtual host of these names that leads to one cluster. */
export function host(name: string, domains: readonly string[], route: object): object {
  return { name, domains, routes: [{ match: { prefix: "/" }, ...route }] };
}

/** A STATIC cluster on loopback. */
export function cluster(name: string, ...ports: readonly number[]): object {
  return {
    name,
    type: "STATIC",
    connect_timeout: "1s",
    load_assignment: {
      cluster_name: name,
      endpoints: [
        {
          lb_endpoints: ports.map((port_value) => ({
            endpoint: { address: { socket_address: { address: "127.0.0.1", port_value } } },
          })),
        },
      ],
    },
  };
}

/** A bootstrap that sends the host `orders` to a port on this machine. */
export function ordersBootstrap(port: number, more: object = {}): string {
  return bootstrapText({
    listeners: [
      listener("outbound", "OUTBOUND", [
        host("orders", ["orders"], { route: { cluster: "orders", ...more } }),
      ]),
    ],
    clusters: [cluster("orders", port)],
  });
}

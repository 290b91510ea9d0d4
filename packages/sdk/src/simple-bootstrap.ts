import { MeshError } from "@dualmesh/core";
import { fromJson } from "@dualmesh/envoy-api";
import type { BootstrapInput } from "./bootstrap.ts";

export interface SimpleBootstrapOptions {
  /** The services by the host names that calls use, each with its addresses: `{ orders: ["127.0.0.1:8080"] }`. */
  readonly services?: Readonly<Record<string, readonly string[]>>;
  /** The same of services that speak gRPC, with the port that calls name: `{ "orders:50051": ["127.0.0.1:8080"] }`. */
  readonly grpc?: Readonly<Record<string, readonly string[]>>;
  /** Who this process is. Default `app`. */
  readonly nodeId?: string;
}

const TYPE = "type.googleapis.com/envoy.extensions.filters";

/**
 * A bootstrap without a control plane for first steps and tests: each name is a virtual host that leads to a cluster of
 * the addresses after it. What it stands for can be written to a file for a sidecar, and grown from there.
 *
 * ```ts
 * import { createMesh, simpleBootstrap } from "@dualmesh/sdk";
 *
 * const bootstrap = simpleBootstrap({ services: { orders: ["10.0.0.1:8080", "10.0.0.2:8080"] } });
 * await using mesh = await createMesh({ bootstrap, mode: "direct" });
 * console.log(mesh.claims("orders"), mesh.claims("example.org")); // => true false
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for an address that is not `host:port`.
 */
export function simpleBootstrap(options: SimpleBootstrapOptions): BootstrapInput {
  const { services = {}, grpc = {}, nodeId = "app" } = options;
  const all = [
    ...Object.entries(services).map(([name, addresses]) => ({ name, addresses, cluster: {}, route: {} })),
    // Streams may take as long as they like.
    ...Object.entries(grpc).map(([name, addresses]) => ({
      name,
      addresses,
      cluster: { http2_protocol_options: {} },
      route: { timeout: "0s" },
    })),
  ];
  const connectionManager = {
    "@type": `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "outbound",
    route_config: {
      name: "outbound",
      virtual_hosts: all.map(({ name, route }) => ({
        name,
        domains: [name],
        routes: [{ match: { prefix: "/" }, route: { cluster: name, ...route } }],
      })),
    },
    http_filters: [{ name: "router", typed_config: { "@type": `${TYPE}.http.router.v3.Router` } }],
  };
  const message = fromJson("envoy.config.bootstrap.v3.Bootstrap", {
    node: { id: nodeId, cluster: nodeId },
    static_resources: {
      listeners: [
        {
          name: "outbound",
          traffic_direction: "OUTBOUND",
          address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
          filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager }] }],
        },
      ],
      clusters: all.map(({ name, addresses, cluster }) => ({
        name,
        type: "STRICT_DNS",
        load_assignment: {
          cluster_name: name,
          endpoints: [{ lb_endpoints: addresses.map((address) => endpoint(name, address)) }],
        },
        ...cluster,
      })),
    },
  });
  return { message, file: "simple bootstrap" };
}

function endpoint(
  name: string,
  address: string,
): { endpoint: { address: { socket_address: SocketAddress } } } {
  const found = /^(.+):(\d{1,5})$/.exec(address);
  if (found === null) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `simple bootstrap: service "${name}": expected host:port, got "${address}"`,
    );
  }
  const [, host = "", port] = found;
  const socketAddress = { address: host.replace(/^\[|\]$/g, ""), port_value: Number(port) };
  return { endpoint: { address: { socket_address: socketAddress } } };
}

interface SocketAddress {
  readonly address: string;
  readonly port_value: number;
}

import type { EchoServer } from "./echo.ts";
import { ADS, address, type Json, ROUTER } from "./resources.ts";

/** The listener that a gRPC client asks for by its target. */
export function apiListener(name: string, http_filters: readonly Json[] = [ROUTER]): Json {
  return {
    name,
    api_listener: {
      api_listener: {
        "@type": MANAGER,
        rds: { route_config_name: name, config_source: ADS },
        http_filters,
      },
    },
  };
}

const MANAGER =
  "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** The listener that a gRPC server asks for by its address: it answers methods that begin so. */
export function serverListener(port: number, prefix: string, http_filters: readonly Json[] = [ROUTER]): Json {
  const routes = [{ match: { prefix }, non_forwarding_action: {} }];
  const manager = {
    "@type": MANAGER,
    stat_prefix: "in",
    route_config: { name: "inbound", virtual_hosts: [{ name: "all", domains: ["*"], routes }] },
    http_filters,
  };
  return {
    name: `server/127.0.0.1:${port}`,
    address: address(port),
    filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
  };
}

/** gRPC wants what Envoy can do without: localities with a name and a weight. */
export function grpcAssignment(cluster: string, ...servers: readonly EchoServer[]): Json {
  const lb_endpoints = servers.map(({ port }) => ({ endpoint: { address: address(port) } }));
  const locality = { region: "here" };
  return { cluster_name: cluster, endpoints: [{ locality, load_balancing_weight: 1, lb_endpoints }] };
}

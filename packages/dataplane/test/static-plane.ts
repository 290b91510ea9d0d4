import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Any, encode, fromJson, type MessageName, typeUrl } from "@dualmesh/envoy-api";
import { createStaticSource } from "@dualmesh/xds";
import {
  createDataPlane,
  createExtensionRegistry,
  type DataPlane,
  type DataPlaneOptions,
  dataPlaneTypes,
  type ExtensionRegistry,
} from "../src/index.ts";

/** A real HTTP server on a port of its own, for as long as a test runs. */
export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
}

export async function startUpstream(handler: RequestListener): Promise<Upstream> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  await using upstream = await startUpstream(() => {});
  return upstream.port;
}

export interface StaticResources {
  readonly listeners: readonly object[];
  readonly clusters?: readonly object[];
  readonly routes?: readonly object[];
}

export interface PlaneOptions extends Omit<DataPlaneOptions, "source" | "types"> {
  readonly registry?: ExtensionRegistry;
}

/** A data plane over resources in proto3 JSON. */
export async function staticPlane(
  resources: StaticResources,
  options: PlaneOptions = {},
): Promise<DataPlane> {
  const { registry = createExtensionRegistry(), ...rest } = options;
  const types = dataPlaneTypes(registry);
  const plane = createDataPlane({
    ...rest,
    types,
    source: createStaticSource({
      types: Object.values(types),
      resources: [
        ...resources.listeners.map((one) => resource("envoy.config.listener.v3.Listener", one)),
        ...(resources.clusters ?? []).map((one) => resource("envoy.config.cluster.v3.Cluster", one)),
        ...(resources.routes ?? []).map((one) => resource("envoy.config.route.v3.RouteConfiguration", one)),
      ],
    }),
  });
  await plane.ready;
  return plane;
}

/** A resource as it comes over the wire. */
export function resource(name: MessageName, json: object): Any {
  return { type_url: typeUrl(name), value: encode(name, fromJson(name, json as never) as never) };
}

export const ROUTER = {
  name: "router",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
};

/** An outbound listener whose connection manager has these routes; `hcm` may set or replace its other fields. */
export function outboundListener(virtualHosts: readonly object[], hcm: object = {}): object {
  return {
    name: "outbound",
    traffic_direction: "OUTBOUND",
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: "http",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              stat_prefix: "outbound",
              route_config: { name: "outbound", virtual_hosts: virtualHosts },
              http_filters: [ROUTER],
              ...hcm,
            },
          },
        ],
      },
    ],
  };
}

/** A virtual host for `orders.test`, whose requests {@link ask} sends unless told otherwise. */
export function ordersHost(routes: readonly object[], more: object = {}): object {
  return { name: "orders", domains: ["orders.test"], routes, ...more };
}

/** A route for everything, to one cluster. */
export function routeTo(cluster: string, action: object = {}, more: object = {}): object {
  return { match: { prefix: "/" }, route: { cluster, ...action }, ...more };
}

/** A STATIC cluster of these ports on loopback. */
export function staticCluster(name: string, ports: readonly number[], more: object = {}): object {
  return {
    name,
    type: "STATIC",
    connect_timeout: "1s",
    load_assignment: loadAssignment(name, ports),
    ...more,
  };
}

/** Endpoints on loopback, all alike. */
export function loadAssignment(name: string, ports: readonly number[]): object {
  return {
    cluster_name: name,
    endpoints: [
      {
        lb_endpoints: ports.map((port) => ({
          endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } },
        })),
      },
    ],
  };
}

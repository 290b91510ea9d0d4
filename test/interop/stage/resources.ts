/** Envoy's resources in proto3 JSON, as short as Envoy takes them. What a test is about, it writes itself. */
export type Json = Readonly<Record<string, unknown>>;

/** Where whatever comes by ADS is to be had. */
export const ADS: Json = { ads: {}, resource_api_version: "V3" };

/** The filter that must come last, and only there. */
export const ROUTER: Json = {
  name: "router",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
};

/** What a connection manager has besides a name: its routes, or whatever else a test wants of it. */
function connectionManager(statPrefix: string, more: Json): Json {
  return {
    "@type":
      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: statPrefix,
    http_filters: [ROUTER],
    ...more,
  };
}

/** Routes that come by ADS, under this name. */
export function routesByAds(name: string): Json {
  return { rds: { route_config_name: name, config_source: ADS } };
}

/** A listener on a free port of loopback. */
export function listener(name: string, direction: "INBOUND" | "OUTBOUND", manager: Json): Json {
  return {
    name,
    traffic_direction: direction,
    address: address(0),
    filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager(name, manager) }] }],
  };
}

/** A route configuration with one virtual host. */
export function routeConfiguration(name: string, domains: readonly string[], routes: readonly Json[]): Json {
  return { name, virtual_hosts: [{ name: "all", domains, routes }] };
}

/** Tries again what was not executed, on another endpoint if there is one: what any GET may be given. */
export const PATIENT: Json = {
  retry_on: "connect-failure,refused-stream,reset,reset-before-request",
  num_retries: 3,
  retry_host_predicate: [
    {
      name: "envoy.retry_host_predicates.previous_hosts",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
      },
    },
  ],
};

/** Everything to one cluster. */
export function routeTo(cluster: string): Json {
  return { match: { prefix: "/" }, route: { cluster, retry_policy: PATIENT } };
}

/** By default a cluster has three retries at a time: fewer than are needed when an endpoint dies under load. */
const LIMITS: Json = { connect_timeout: "1s", circuit_breakers: { thresholds: [{ max_retries: 1_000 }] } };

/** A cluster whose endpoints come by ADS. */
export function edsCluster(name: string): Json {
  return { name, type: "EDS", eds_cluster_config: { eds_config: ADS }, ...LIMITS };
}

export function staticCluster(name: string, ...ports: readonly number[]): Json {
  return { name, type: "STATIC", load_assignment: assignment(name, ...ports), ...LIMITS };
}

/** The same cluster, of endpoints that speak HTTP/2. */
export function overHttp2(cluster: Json): Json {
  return {
    ...cluster,
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

export function assignment(cluster: string, ...ports: readonly number[]): Json {
  const endpoints = ports.map((port) => ({ endpoint: { address: address(port) } }));
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: endpoints }] };
}

/** A port of loopback. */
export function address(port: number): Json {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

/** What of a mesh is served. */
export interface Resources {
  readonly listeners?: readonly Json[];
  readonly routes?: readonly Json[];
  readonly clusters?: readonly Json[];
  readonly endpoints?: readonly Json[];
}

/** A document of the control plane's folder. */
export function document({ listeners = [], routes = [], clusters = [], endpoints = [] }: Resources): Json {
  return {
    resources: [
      ...typed("envoy.config.listener.v3.Listener", listeners),
      ...typed("envoy.config.route.v3.RouteConfiguration", routes),
      ...typed("envoy.config.cluster.v3.Cluster", clusters),
      ...typed("envoy.config.endpoint.v3.ClusterLoadAssignment", endpoints),
    ],
  };
}

function typed(type: string, resources: readonly Json[]): Json[] {
  return resources.map((resource) => ({ "@type": `type.googleapis.com/${type}`, ...resource }));
}

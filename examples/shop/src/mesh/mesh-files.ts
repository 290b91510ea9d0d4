/** Percent of the calls for `orders` that each version gets. */
export interface Weights {
  readonly v1: number;
  readonly v2: number;
}

/** The way out of every process and every sidecar. Port 0: each sidecar takes a free one. */
export function outboundFile(): string {
  return `resources:
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: outbound
  traffic_direction: OUTBOUND
  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
  filter_chains:
  - filters:
    - name: http
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
        stat_prefix: outbound
        rds: { route_config_name: outbound, config_source: { ads: {}, resource_api_version: V3 } }
        http_filters:
        - name: router
          typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`;
}

/**
 * Who is called by which name, and how hard it is tried. Everything in the shop may be asked twice, so that every
 * failure of a hop is a reason to ask again; a hop that says nothing is given up after a second.
 */
export function routesFile({ v1, v2 }: Weights): string {
  return `resources:
- "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
  name: outbound
  virtual_hosts:
  - name: orders
    domains: [orders]
    retry_policy: &patient
      retry_on: connect-failure,refused-stream,reset,gateway-error
      num_retries: 3
      per_try_timeout: 1s
      retry_host_predicate:
      - name: envoy.retry_host_predicates.previous_hosts
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate
    routes:
    - match: { prefix: / }
      route:
        timeout: 5s
        weighted_clusters:
          clusters:
          - { name: orders-v1, weight: ${v1} }
          - { name: orders-v2, weight: ${v2} }
  - name: inventory
    domains: [inventory, "inventory:50051"]
    retry_policy: *patient
    routes:
    - match: { prefix: / }
      route: { cluster: inventory, timeout: 5s }
`;
}

/** The same with a name that is not there: no control plane needs to send that to find out. */
export function routesWithUnknownCluster(weights: Weights): string {
  return routesFile(weights).replace("name: orders-v2", "name: orders-v3");
}

/** The same with a pattern that does not close: only who compiles it finds out. */
export function routesWithBrokenPattern(weights: Weights): string {
  return routesFile(weights).replace("match: { prefix: / }", 'match: { safe_regex: { regex: "/order(" } }');
}

/** Where the endpoints are is known by the workloads themselves: they publish them. */
export function clustersFile(): string {
  return `resources:
${["orders-v1", "orders-v2"].map((name) => cluster(name)).join("")}${cluster("inventory", OF_GRPC)}`;
}

/** What speaks gRPC is called by HTTP/2. */
const OF_GRPC = `  typed_extension_protocol_options:
    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
      explicit_http_config: { http2_protocol_options: {} }
`;

/** Envoy allows three retries at a time by default: fewer than are needed when a hop hangs under load. */
function cluster(name: string, more = ""): string {
  return `- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: ${name}
  type: EDS
  eds_cluster_config: { eds_config: { ads: {}, resource_api_version: V3 } }
  connect_timeout: 1s
  circuit_breakers:
    thresholds: [{ max_retries: 1000, max_requests: 1000, max_pending_requests: 1000 }]
${more}`;
}

/** The key that moves a process between its sidecar and itself, in percent of its calls. */
export function modesFile(sidecarPercent: number): string {
  return `resources:
- "@type": type.googleapis.com/envoy.service.runtime.v3.Runtime
  name: modes
  layer: { dualmesh.mode.sidecar_percent: ${sidecarPercent} }
`;
}

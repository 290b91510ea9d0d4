import type { Workload } from "../cast.ts";

/** Where the ports of a workload are. */
export interface BootstrapOptions {
  readonly workload: Workload;
  readonly appPort: number;
  readonly controlPlanePort: number;
}

/**
 * The bootstrap of a workload, the same for its process, its sidecar, and for an Envoy in the sidecar's place. What comes
 * in stands here, since only the workload knows its own port; what goes out comes from the control plane.
 */
export function bootstrapFile({ workload, appPort, controlPlanePort }: BootstrapOptions): string {
  const { name, nodeId, isProvider } = workload;
  return `node: { id: ${nodeId}, cluster: ${name} }
dynamic_resources:
  ads_config:
    api_type: GRPC
    transport_api_version: V3
    grpc_services: [{ envoy_grpc: { cluster_name: control-plane } }]
  lds_config: { ads: {}, resource_api_version: V3 }
  cds_config: { ads: {}, resource_api_version: V3 }
${name === "web" ? MODES_LAYER : ""}static_resources:
${isProvider ? INBOUND : ""}  clusters:
  - name: control-plane
    connect_timeout: 1s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: { http2_protocol_options: {} }
    load_assignment: ${endpoint("control-plane", controlPlanePort)}
${isProvider ? `  - { name: application, connect_timeout: 1s, load_assignment: ${endpoint("application", appPort)} }\n` : ""}`;
}

function endpoint(cluster: string, port: number): string {
  const address = `{ socket_address: { address: 127.0.0.1, port_value: ${port} } }`;
  return `{ cluster_name: ${cluster}, endpoints: [{ lb_endpoints: [{ endpoint: { address: ${address} } }] }] }`;
}

/** Served to the nodes of `web` alone. */
const MODES_LAYER = `layered_runtime:
  layers:
  - name: modes
    rtds_layer: { name: modes, rtds_config: { ads: {}, resource_api_version: V3 } }
`;

/** The sidecar accepts here, at a port of its choice; the process has the same chain before its own server. */
const INBOUND = `  listeners:
  - name: inbound
    traffic_direction: INBOUND
    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: inbound
          route_config:
            name: inbound
            virtual_hosts:
            - name: application
              domains: ["*"]
              routes: [{ match: { prefix: / }, route: { cluster: application, timeout: 5s } }]
          http_filters:
          - name: router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`;

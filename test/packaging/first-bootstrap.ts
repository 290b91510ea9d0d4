/**
 * A bootstrap without a control plane, as a user would write the first one: `http://orders` is a port of this machine, and
 * gRPC's `greeter:50051` another.
 */
export function firstBootstrap(port: number, grpcPort: number): string {
  const filters = "type.googleapis.com/envoy.extensions.filters";
  return `
node: {id: app, cluster: app}
static_resources:
  listeners:
  - name: outbound
    traffic_direction: OUTBOUND
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": ${filters}.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: outbound
          route_config:
            virtual_hosts:
            - {name: orders, domains: [orders], routes: [{match: {prefix: /}, route: {cluster: orders}}]}
            - {name: greeter, domains: ["greeter:50051"], routes: [{match: {prefix: /}, route: {cluster: greeter}}]}
          http_filters: [{name: router, typed_config: {"@type": ${filters}.http.router.v3.Router}}]
  clusters:
${cluster("orders", port)}${cluster("greeter", grpcPort)}    http2_protocol_options: {}
`;
}

function cluster(name: string, port: number): string {
  return `  - name: ${name}
    load_assignment:
      cluster_name: ${name}
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}}}]}]
`;
}

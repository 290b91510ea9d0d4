import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

export const HTTP = `"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`;
export const ROUTER = `{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}`;

/** A listener on a free port with two virtual hosts, and two clusters. */
export const BOOTSTRAP = `node: {id: web-1, cluster: web}
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
static_resources:
  listeners:
  - name: outbound
    traffic_direction: OUTBOUND
    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          ${HTTP}
          stat_prefix: outbound
          http_filters: [${ROUTER}]
          route_config:
            validate_clusters: false
            virtual_hosts:
            - name: orders
              domains: [orders]
              routes:
              - match: {prefix: /admin, headers: [{name: x-user, string_match: {exact: root}}]}
                direct_response: {status: 204}
              - match: {prefix: /}
                route: {cluster: orders}
            - name: broken
              domains: [broken]
              routes: [{match: {prefix: /}, route: {cluster: nowhere}}]
  clusters:
  - name: orders
    type: STATIC
    load_assignment:
      cluster_name: orders
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8001}}}
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8002}}}
          health_status: UNHEALTHY
`;

/** Writes a file into a folder of its own, and gives its path. */
export async function writeConfig(text: string, name = "bootstrap.yaml"): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, text);
  return path;
}

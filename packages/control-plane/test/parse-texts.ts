import { formatProblem } from "@dualmesh/envoy-api";
import { loadOpenDocument } from "../src/files/open-document.ts";
import { FolderParser } from "../src/files/parse-folder.ts";
import { fileText } from "../src/files/read-folder.ts";
import type { GroupView } from "../src/view/group-view.ts";

const open = await loadOpenDocument();

/** What a folder with these files is understood as: problems on one line each, or views. */
export function parseTexts(texts: Readonly<Record<string, string>>): {
  readonly problems: readonly string[];
  readonly views: readonly GroupView[];
} {
  const files = Object.entries(texts).map(([path, text]) => fileText(path, Buffer.from(text)));
  const { problems, views } = new FolderParser(open).parse({ files, problems: [], stamp: "" });
  return { problems: problems.map(formatProblem), views };
}

const TYPE = "type.googleapis.com/";

/** A cluster that takes its endpoints over ADS. */
export function edsCluster(name: string, extra = ""): string {
  return `
- "@type": ${TYPE}envoy.config.cluster.v3.Cluster
  name: ${name}
  type: EDS
  eds_cluster_config: { eds_config: { ads: {} }${extra} }`;
}

/** A route configuration that sends everything to one cluster. */
export function routeTo(name: string, cluster: string): string {
  return `
- "@type": ${TYPE}envoy.config.route.v3.RouteConfiguration
  name: ${name}
  virtual_hosts:
  - name: all
    domains: ["*"]
    routes:
    - match: { prefix: / }
      route: { cluster: ${cluster} }`;
}

/** A listener whose routes come over ADS. */
export function listener(name: string, routes: string): string {
  return `
- "@type": ${TYPE}envoy.config.listener.v3.Listener
  name: ${name}
  address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
  filter_chains:
  - filters:
    - name: http
      typed_config:
        "@type": ${TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
        stat_prefix: http
        rds: { config_source: { ads: {} }, route_config_name: ${routes} }
        http_filters:
        - name: router
          typed_config: { "@type": ${TYPE}envoy.extensions.filters.http.router.v3.Router }`;
}

/** The endpoints of a cluster: ports on this machine. */
export function endpoints(cluster: string, ...ports: readonly number[]): string {
  const list = ports.map(
    (port) => `
    - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } }`,
  );
  return `
- "@type": ${TYPE}envoy.config.endpoint.v3.ClusterLoadAssignment
  cluster_name: ${cluster}
  endpoints:
  - lb_endpoints:${list.length === 0 ? " []" : list.join("")}`;
}

/** A document of resources. */
export function resources(...list: readonly string[]): string {
  return list.length === 0 ? "resources: []\n" : `resources:${list.join("")}\n`;
}

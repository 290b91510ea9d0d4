import { type Any, type DocumentPath, type Message, typeNameOf, unpackAnyAs } from "@dualmesh/envoy-api";
import { clustersOfRoutes, clustersOfTcpProxy, type Reference } from "./cluster-references.ts";

type Listener = Message<"envoy.config.listener.v3.Listener">;
type FilterChain = Message<"envoy.config.listener.v3.FilterChain">;
type ConfigSource = Message<"envoy.config.core.v3.ConfigSource">;

const HTTP_CONNECTION_MANAGER =
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const TCP_PROXY = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

/** What a resource needs to be there before it can serve. */
export interface References {
  readonly clusters: readonly Reference[];
  readonly routes: readonly Reference[];
}

const NONE: References = { clusters: [], routes: [] };

/** The clusters and route configurations that a listener names in its filter chains or as an API listener. */
export function referencesOfListener(listener: Listener): References {
  return join([
    ...listener.filter_chains.map((chain, index) => referencesOfChain(chain, ["filter_chains", index])),
    referencesOfChain(listener.default_filter_chain, ["default_filter_chain"]),
    referencesOfFilter(listener.api_listener?.api_listener, ["api_listener", "api_listener"]),
  ]);
}

function referencesOfChain(chain: FilterChain | undefined, path: DocumentPath): References {
  const filters = chain?.filters ?? [];
  return join(
    filters.map(({ typed_config }, index) => {
      return referencesOfFilter(typed_config, [...path, "filters", index, "typed_config"]);
    }),
  );
}

/** The fields of a packed message stand beside its `@type`, so the path goes on as if it were not packed. */
function referencesOfFilter(config: Any | undefined, path: DocumentPath): References {
  if (config === undefined) return NONE;
  switch (typeNameOf(config)) {
    case TCP_PROXY:
      return { clusters: clustersOfTcpProxy(unpackAnyAs(TCP_PROXY, config), path), routes: [] };
    case HTTP_CONNECTION_MANAGER: {
      const { rds, route_config } = unpackAnyAs(HTTP_CONNECTION_MANAGER, config);
      const route = rds !== undefined && isFromHere(rds.config_source) ? rds.route_config_name : "";
      return {
        clusters: route_config === undefined ? [] : clustersOfRoutes(route_config, [...path, "route_config"]),
        routes: route === "" ? [] : [{ name: route, path: [...path, "rds", "route_config_name"] }],
      };
    }
    default:
      return NONE;
  }
}

function join(parts: readonly References[]): References {
  return {
    clusters: parts.flatMap(({ clusters }) => clusters),
    routes: parts.flatMap(({ routes }) => routes),
  };
}

/** True if the resource comes over the stream on which its user came, not from a file or another server. */
export function isFromHere(source: ConfigSource | undefined): boolean {
  return source?.ads !== undefined || source?.self !== undefined;
}

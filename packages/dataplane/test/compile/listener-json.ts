/** Listeners in proto3 JSON, as far as most tests of compiling want one. */
export const TYPES = "type.googleapis.com/envoy.extensions.filters";
export const ROUTER = { name: "router", typed_config: { "@type": `${TYPES}.http.router.v3.Router` } };
export const NO_ROUTES = { route_config: { name: "none" } };

/** A connection manager with the router alone. */
export function manager(more: object = NO_ROUTES): object {
  return {
    name: "http",
    typed_config: {
      "@type": `${TYPES}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "in",
      http_filters: [ROUTER],
      ...more,
    },
  };
}

export const LOOPBACK = { socket_address: { address: "127.0.0.1", port_value: 8080 } };

/** A listener with one chain. */
export function listener(hcm: object = NO_ROUTES, more: object = {}): object {
  return { name: "l", address: LOOPBACK, filter_chains: [{ filters: [manager(hcm)] }], ...more };
}

import {
  assignment,
  edsCluster,
  listener,
  type Resources,
  ROUTER,
  routeConfiguration,
  routesByAds,
  routeTo,
} from "./resources.ts";
import type { Upstream } from "./upstream.ts";

export const LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";
export const RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
export const CDS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
export const EDS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

export const OUTBOUND = listener("outbound", "OUTBOUND", routesByAds("outbound"));

/** Everything to the cluster `orders`, which is at these upstreams. */
export function ordersAt(...upstreams: readonly Upstream[]): Resources {
  return {
    listeners: [OUTBOUND],
    routes: [routeConfiguration("outbound", ["orders"], [routeTo("orders")])],
    clusters: [edsCluster("orders")],
    endpoints: [assignment("orders", ...upstreams.map(({ port }) => port))],
  };
}

/** A change that Envoy refuses: of which type it is, and in which words. */
export interface BrokenOrders {
  readonly what: string;
  readonly type: string;
  readonly reason: RegExp;
  readonly resources: Resources;
}

export const BROKEN_ORDERS: readonly BrokenOrders[] = [
  {
    what: "a listener with two routers",
    type: LDS,
    reason: /terminal filter/,
    resources: {
      listeners: [
        listener("outbound", "OUTBOUND", { ...routesByAds("outbound"), http_filters: [ROUTER, ROUTER] }),
      ],
    },
  },
  {
    what: "a route whose pattern does not close",
    type: RDS,
    reason: /missing \): \/order\(/,
    resources: {
      routes: [
        routeConfiguration(
          "outbound",
          ["orders"],
          [{ match: { safe_regex: { regex: "/order(" } }, route: { cluster: "orders" } }],
        ),
      ],
    },
  },
  {
    what: "a cluster that never connects",
    type: CDS,
    reason: /value must be greater than 0s/,
    resources: { clusters: [{ ...edsCluster("orders"), connect_timeout: "0s" }] },
  },
];

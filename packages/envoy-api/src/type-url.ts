import type { MessageName } from "./message-init.ts";

/** What stands before the name in the type URLs of xDS. */
const prefix = "type.googleapis.com/";

/** Type URL of a message: `type.googleapis.com/envoy.config.cluster.v3.Cluster`. */
export function typeUrl<N extends MessageName>(name: N): `type.googleapis.com/${N}` {
  return `${prefix}${name}` as `type.googleapis.com/${N}`;
}

/**
 * Type URLs of xDS resources, under the names of the discovery services.
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#resource-types
 */
export const TYPE_URL = {
  /** Listeners. */
  LDS: "type.googleapis.com/envoy.config.listener.v3.Listener",
  /** Route configurations. */
  RDS: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  /** Scoped route configurations. */
  SRDS: "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration",
  /** Virtual hosts, one by one. */
  VHDS: "type.googleapis.com/envoy.config.route.v3.VirtualHost",
  /** Clusters. */
  CDS: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  /** Endpoints of a cluster. */
  EDS: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  /** Endpoints, one by one. */
  LEDS: "type.googleapis.com/envoy.config.endpoint.v3.LbEndpoint",
  /** Secrets: certificates and what validates them. */
  SDS: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
  /** Layers of runtime keys. */
  RTDS: "type.googleapis.com/envoy.service.runtime.v3.Runtime",
  /** Configurations of single extensions. */
  ECDS: "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
} as const;

import { ADS, address, type Json, overHttp2, staticCluster } from "./resources.ts";

export interface BootstrapParts {
  readonly nodeId: string;
  /** Envoy asks no control plane without one. Default `interop`. */
  readonly cluster?: string;
  readonly adminPort: number;
  readonly listeners?: readonly Json[];
  readonly clusters?: readonly Json[];
}

/** Which variant of the protocol Envoy asks in. */
export type AdsVariant = "sotw" | "delta";

/** A bootstrap with static resources alone. */
export function staticBootstrap({ nodeId, cluster = "interop", adminPort, ...parts }: BootstrapParts): Json {
  const { listeners = [], clusters = [] } = parts;
  return {
    node: { id: nodeId, cluster },
    admin: { address: address(adminPort) },
    static_resources: { listeners, clusters },
  };
}

/** A bootstrap that asks a control plane at a port of loopback for listeners and clusters, as Envoy's own examples do. */
export function adsBootstrap(
  controlPlanePort: number,
  parts: BootstrapParts,
  variant: AdsVariant = "sotw",
): Json {
  const controlPlane = overHttp2(staticCluster("control-plane", controlPlanePort));
  return {
    ...staticBootstrap({ ...parts, clusters: [controlPlane, ...(parts.clusters ?? [])] }),
    dynamic_resources: {
      ads_config: {
        api_type: variant === "delta" ? "DELTA_GRPC" : "GRPC",
        transport_api_version: "V3",
        grpc_services: [{ envoy_grpc: { cluster_name: "control-plane" } }],
      },
      lds_config: ADS,
      cds_config: ADS,
    },
  };
}

/** A bootstrap of gRPC's own form. A server asks for its listener by its address. */
export function grpcBootstrap(controlPlanePort: number, nodeId: string): Json {
  const channel_creds = [{ type: "insecure" }];
  return {
    xds_servers: [
      { server_uri: `127.0.0.1:${controlPlanePort}`, channel_creds, server_features: ["xds_v3"] },
    ],
    node: { id: nodeId },
    server_listener_resource_name_template: "server/%s",
  };
}

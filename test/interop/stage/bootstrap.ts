import { ADS, address, type Json, staticCluster } from "./resources.ts";

export interface BootstrapParts {
  readonly nodeId: string;
  /** Envoy asks no control plane without one. Default `interop`. */
  readonly cluster?: string;
  readonly adminPort: number;
  readonly listeners?: readonly Json[];
  readonly clusters?: readonly Json[];
}

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
export function adsBootstrap(controlPlanePort: number, parts: BootstrapParts): Json {
  const controlPlane = {
    ...staticCluster("control-plane", controlPlanePort),
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
  return {
    ...staticBootstrap({ ...parts, clusters: [controlPlane, ...(parts.clusters ?? [])] }),
    dynamic_resources: {
      ads_config: {
        api_type: "GRPC",
        transport_api_version: "V3",
        grpc_services: [{ envoy_grpc: { cluster_name: "control-plane" } }],
      },
      lds_config: ADS,
      cds_config: ADS,
    },
  };
}

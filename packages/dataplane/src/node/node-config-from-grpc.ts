import { packAny } from "@dualmesh/envoy-api";
import { createStaticSource } from "@dualmesh/xds";
import type { GrpcBootstrap } from "@dualmesh/xds/bootstrap";
import type { DataPlaneTypes } from "../compile/resource-types.ts";
import type { NodeConfig } from "./read-node-config.ts";

/** What gRPC's bootstrap says, as the beginning of a node: everything comes from its control plane. */
export function nodeConfigFromGrpc(bootstrap: GrpcBootstrap, types: DataPlaneTypes): NodeConfig {
  const { node, target } = bootstrap;
  const nothing = createStaticSource({ types: Object.values(types), resources: [] });
  return {
    node: { ...node, cluster: node.cluster ?? "" },
    targets: [target],
    dynamicListeners: true,
    fixed: nothing,
    controlPlaneClusters: nothing,
    staticListeners: new Set(),
    staticClusters: [],
    runtime: [],
    admin: undefined,
    warnings: [],
    packed: packAny("envoy.config.bootstrap.v3.Bootstrap", {}),
  };
}

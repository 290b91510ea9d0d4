import type { Clock, Metrics, Random } from "@dualmesh/core";
import {
  addressKey,
  type DataPlaneTypes,
  type EndpointAddress,
  type NodeConfig,
  type NodeSource,
  nodeConfigFromGrpc,
  openNodeSource,
  readNodeConfig,
} from "@dualmesh/dataplane";
import { rotateTargets, type XdsTarget } from "@dualmesh/xds";
import type { LoadedBootstrap } from "./bootstrap.ts";

export interface FollowingSourceOptions {
  readonly bootstrap: LoadedBootstrap;
  readonly types: DataPlaneTypes;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
}

/** Where this process's configuration comes from; its control plane may be the sidecar for a while. */
export interface FollowingSource extends NodeSource {
  readonly config: NodeConfig;
  /** Follows a sidecar that serves its configuration; `undefined`: back to the control plane. The cache is kept. */
  follow(sidecar: EndpointAddress | undefined): void;
}

/**
 * Opens the sources that a bootstrap names: its own resources, and its control plane.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with all that is wrong with the bootstrap, a line each.
 */
export function openFollowingSource(options: FollowingSourceOptions): FollowingSource {
  const { bootstrap, types } = options;
  const config =
    bootstrap.kind === "grpc"
      ? nodeConfigFromGrpc(bootstrap.bootstrap, types)
      : readNodeConfig({ ...bootstrap, bootstrap: bootstrap.message, anonymousId: "app" }, types);
  const opened = openNodeSource({ ...options, config });
  return {
    ...opened,
    config,
    follow(sidecar) {
      opened.client?.retarget(sidecar === undefined ? rotateTargets(config.targets) : targetOf(sidecar));
    },
  };
}

function targetOf(address: EndpointAddress): XdsTarget {
  return address.kind === "pipe"
    ? { kind: "unix", address: address.path }
    : { kind: "tcp", address: addressKey(address) };
}

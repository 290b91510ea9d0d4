import type { Clock } from "@dualmesh/core";
import type { Problem } from "@dualmesh/envoy-api";
import type { ListenOptions, NodeStatus } from "@dualmesh/xds/server";
import type { AdminOptions } from "./admin/admin-server.ts";
import type { ControlPlaneEvent } from "./control-plane-event.ts";
import type { ResourceSet } from "./view/parse-resource-set.ts";

/** Where the configuration comes from. */
export type ControlPlaneConfig = FolderConfig | ResourceSet;

/** A folder of files in Envoy's own form, watched. */
export interface FolderConfig {
  /**
   * Files `*.yaml`, `*.yml` and `*.json`, any number. Those directly in the folder are for every node, those in a
   * subfolder, at any depth, for the nodes whose `node.cluster` is the name of the subfolder.
   */
  readonly folder: string;
}

export interface ControlPlaneOptions {
  readonly config: ControlPlaneConfig;
  /** Where nodes connect: an address, with or without TLS, or a Unix socket. Default `127.0.0.1`, a free port. */
  readonly listen?: ListenOptions;
  /** Where workloads and operators connect. Default `127.0.0.1`, a free port; false for no such listener. */
  readonly admin?: AdminOptions | false;
  readonly clock?: Clock;
  /** Told of what happens. What it throws becomes a process warning. */
  readonly onEvent?: (event: ControlPlaneEvent) => void;
  /**
   * How long it must be quiet before a change of files, or of workloads, is taken as complete. 0 to 1000 milliseconds.
   * Default 20.
   */
  readonly debounceMs?: number;
  /**
   * How long after the start a cluster without any endpoint is not answered for, rather than with an empty assignment:
   * after a restart workloads are known again only with their next heartbeat, and their callers keep what they have until
   * then. 0 to 60 000 milliseconds. Default 12 000: more than a lease of 10 s, less than the 15 s after which a client
   * takes a silent server's resource for missing.
   */
  readonly graceMs?: number;
}

/** A control plane that runs. */
export interface ControlPlane extends AsyncDisposable {
  /** Where nodes connect: `127.0.0.1:15010`, or `unix:/run/x.sock`. */
  readonly address: string;
  /** Where workloads and operators connect: `127.0.0.1:15011`. Absent if there is no such listener. */
  readonly adminAddress: string | undefined;
  /** True from the start until it is disposed of. */
  readonly ready: boolean;
  /** What kept the last change from being applied. Empty if it was. */
  readonly problems: readonly Problem[];
  /** The connected nodes: what each asked for, was sent, accepted, and refused with which words. */
  nodes(): readonly NodeStatus[];
  /** Reads the folder again, without waiting to hear of a change. Resolves with the problems; none if it was applied. */
  reload(): Promise<readonly Problem[]>;
  /**
   * Replaces a configuration that was given in memory, as a whole. Throws a `MeshError` (`INVALID_ARGUMENT`) that lists
   * all problems, and keeps serving what it served; `FAILED_PRECONDITION` if the configuration is a folder.
   */
  setResources(set: ResourceSet): void;
}

import type { Problem } from "@dualmesh/envoy-api";
import type { VariantName } from "@dualmesh/xds/server";

/** What happened in a control plane, for logs and tests. A `switch` over `kind` narrows the rest. */
export type ControlPlaneEvent =
  | LoadedEvent
  | RefusedEvent
  | NodeConnectedEvent
  | NackEvent
  | WorkloadEvent
  | WatchLostEvent;

/** A configuration was understood and is served from now on. */
export interface LoadedEvent {
  readonly kind: "loaded";
  /** The groups of nodes; the empty name is the group of all that have no subfolder. */
  readonly groups: readonly string[];
  /** Resources in all groups, each counted once. */
  readonly resources: number;
}

/** A change was refused as a whole; what was served before is still served. */
export interface RefusedEvent {
  readonly kind: "refused";
  readonly problems: readonly Problem[];
}

/** A node opened its stream. */
export interface NodeConnectedEvent {
  readonly kind: "node-connected";
  readonly nodeId: string;
  readonly group: string;
}

/** A node refused a response. The resources in it are not sent to it again until they change. */
export interface NackEvent {
  readonly kind: "nack";
  readonly nodeId: string;
  /** Which variant of the protocol the node speaks. */
  readonly variant: VariantName;
  readonly typeUrl: string;
  readonly version: string;
  /** The node's own words. */
  readonly error: string;
}

/**
 * A workload published addresses for the first time (`up`), published others (`changed`), withdrew (`down`), or was
 * silent for its whole lease (`expired`).
 */
export interface WorkloadEvent {
  readonly kind: "workload-up" | "workload-changed" | "workload-down" | "workload-expired";
  readonly cluster: string;
  readonly nodeId: string;
}

/** The system refuses to watch the folder. Changes are still seen, by looking every two seconds. */
export interface WatchLostEvent {
  readonly kind: "watch-lost";
  readonly reason: string;
}

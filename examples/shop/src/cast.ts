/** The workloads of the shop. Two of them are versions of one service, `orders`. */
export type WorkloadName = "web" | "orders-v1" | "orders-v2" | "inventory";

/** Who plays, and in which mode. */
export interface Workload {
  readonly name: WorkloadName;
  /** The program in `apps`. */
  readonly app: "web" | "orders" | "inventory";
  /** `node.id` of its bootstrap. */
  readonly nodeId: string;
  /** Where its data plane runs: `MESH_MODE`. */
  readonly mode: "direct" | "auto";
  /** Whether others call it through the mesh: then it has an inbound chain. */
  readonly isProvider: boolean;
  /** What its program is told beside its port. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * ```text
 * you ─► web ─┬─► orders-v1 ─┬─► inventory (a cluster of two)
 *             └─► orders-v2 ─┘
 * ```
 * `web` flips between its sidecar and itself, `orders-v1` is by itself until its sidecar is started, `orders-v2` stands
 * behind a sidecar as long as that lives, and `inventory` never looks for one.
 */
export const CAST: Readonly<Record<WorkloadName, Workload>> = {
  web: {
    name: "web",
    app: "web",
    nodeId: "web-1",
    mode: "auto",
    isProvider: false,
    environment: {},
  },
  "orders-v1": {
    name: "orders-v1",
    app: "orders",
    nodeId: "orders-v1",
    mode: "auto",
    isProvider: true,
    environment: { VERSION: "v1" },
  },
  "orders-v2": {
    name: "orders-v2",
    app: "orders",
    nodeId: "orders-v2",
    mode: "auto",
    isProvider: true,
    environment: { VERSION: "v2" },
  },
  inventory: {
    name: "inventory",
    app: "inventory",
    nodeId: "inventory-1",
    mode: "direct",
    isProvider: true,
    environment: {},
  },
};

export const WORKLOADS: readonly Workload[] = Object.values(CAST);

/** Those that may have a sidecar. */
export const WITH_SIDECAR = ["web", "orders-v1", "orders-v2"] as const satisfies readonly WorkloadName[];

export type SidecarOwner = (typeof WITH_SIDECAR)[number];

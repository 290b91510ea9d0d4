import { type Clock, MeshError, systemClock } from "@dualmesh/core";
import { Lease } from "./lease.ts";
import type { WorkloadBody } from "./parse-workload.ts";
import type { Workload } from "./workload.ts";

/** How the registry changed. */
export type WorkloadChange = "up" | "changed" | "down" | "expired";

export interface WorkloadRegistryOptions {
  readonly clock?: Clock;
  /** Called after each change; not for a heartbeat that repeats what is known. */
  readonly onChange?: (change: WorkloadChange, workload: Workload) => void;
  /** Most workloads held; one more is refused. Default 100 000. */
  readonly maxWorkloads?: number;
}

/** A workload and what is left of its lease. */
export interface LeasedWorkload extends Workload {
  /** Milliseconds until it is taken out, unless it is renewed. Never below 0. */
  readonly expiresInMs: number;
}

/**
 * Who is there: what workloads publish, each under a lease. A registration that repeats itself is the heartbeat;
 * silence for a whole lease withdraws it.
 */
export interface WorkloadRegistry {
  /** Publishes, replaces or renews. Throws a `MeshError` (`RESOURCE_EXHAUSTED`) when the registry is full. */
  put(cluster: string, nodeId: string, body: WorkloadBody): void;
  /** Withdraws. False if there was nothing. */
  delete(cluster: string, nodeId: string): boolean;
  /** All of them, by cluster and node id. */
  list(): readonly LeasedWorkload[];
  /** The workloads of one cluster, by node id: never by arrival, so that equal sets encode to equal bytes. */
  of(cluster: string): readonly Workload[];
  /** A number that no other state of this cluster has had; 0 while it has no workload. */
  revision(cluster: string): number;
  /** Workloads held. */
  readonly size: number;
  [Symbol.dispose](): void;
}

/** A registry without workloads. */
export function createWorkloadRegistry(options: WorkloadRegistryOptions = {}): WorkloadRegistry {
  const maxWorkloads = options.maxWorkloads ?? 100_000;
  if (!(maxWorkloads >= 1)) {
    throw new RangeError(`workload registry: maxWorkloads must be at least 1, got ${maxWorkloads}`);
  }
  return new Registry(options.clock ?? systemClock, options.onChange ?? (() => {}), maxWorkloads);
}

/** The leases of one cluster by node id. */
interface Members {
  revision: number;
  readonly leases: Map<string, Lease>;
}

/**
 * One timer for all leases, armed for the earliest. Heartbeats do not touch it: when it comes, what was renewed has
 * moved on, and it is armed anew. So n workloads cost n map entries and about one sweep per lease, not n timers.
 */
class Registry implements WorkloadRegistry {
  size = 0;
  readonly #clock: Clock;
  readonly #onChange: (change: WorkloadChange, workload: Workload) => void;
  readonly #maxWorkloads: number;
  readonly #clusters = new Map<string, Members>();
  /** Counts what happens; each revision and each publication has a number of its own. */
  #changes = 0;
  #timer: Disposable | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    clock: Clock,
    onChange: NonNullable<WorkloadRegistryOptions["onChange"]>,
    maxWorkloads: number,
  ) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#maxWorkloads = maxWorkloads;
  }

  put(cluster: string, nodeId: string, body: WorkloadBody): void {
    const nowMs = this.#clock.now();
    const before = this.#clusters.get(cluster)?.leases.get(nodeId);
    const lease = new Lease(cluster, nodeId, body, ++this.#changes, nowMs);
    if (before?.content === lease.content) {
      before.renew(body.leaseMs, nowMs);
      this.#arm(before.expiresAt, nowMs);
      return;
    }
    if (before === undefined) this.#admit();
    this.#membersOf(cluster).leases.set(nodeId, lease);
    this.#arm(lease.expiresAt, nowMs);
    this.#changed(before === undefined ? "up" : "changed", lease);
  }

  delete(cluster: string, nodeId: string): boolean {
    const lease = this.#clusters.get(cluster)?.leases.get(nodeId);
    if (lease === undefined) return false;
    this.#remove(lease, "down");
    return true;
  }

  list(): readonly LeasedWorkload[] {
    const nowMs = this.#clock.now();
    return [...this.#clusters.keys()].sort().flatMap((cluster) =>
      this.#sorted(cluster).map((lease) => {
        const { nodeId, addresses, leaseMs, published } = lease;
        const expiresInMs = Math.max(0, Math.ceil(lease.expiresAt - nowMs));
        return { cluster, nodeId, addresses, leaseMs, published, expiresInMs };
      }),
    );
  }

  of(cluster: string): readonly Workload[] {
    return this.#sorted(cluster);
  }

  revision(cluster: string): number {
    return this.#clusters.get(cluster)?.revision ?? 0;
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#timerAt = Number.NEGATIVE_INFINITY;
  }

  #sorted(cluster: string): readonly Lease[] {
    const leases = this.#clusters.get(cluster)?.leases.values() ?? [];
    return [...leases].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  }

  #admit(): void {
    if (this.size >= this.#maxWorkloads) {
      throw new MeshError("RESOURCE_EXHAUSTED", `the limit of ${this.#maxWorkloads} workloads is reached`);
    }
    this.size++;
  }

  #membersOf(cluster: string): Members {
    let members = this.#clusters.get(cluster);
    if (members === undefined) {
      members = { revision: 0, leases: new Map() };
      this.#clusters.set(cluster, members);
    }
    return members;
  }

  #remove(lease: Lease, change: "down" | "expired"): void {
    const members = this.#membersOf(lease.cluster);
    members.leases.delete(lease.nodeId);
    this.size--;
    // Names come from outside: an empty cluster must leave nothing behind.
    if (members.leases.size === 0) this.#clusters.delete(lease.cluster);
    this.#changed(change, lease);
  }

  #changed(change: WorkloadChange, lease: Lease): void {
    const members = this.#clusters.get(lease.cluster);
    if (members !== undefined) members.revision = ++this.#changes;
    this.#onChange(change, lease);
  }

  #arm(at: number, nowMs: number): void {
    if (at >= this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), at - nowMs);
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    const lateMs = nowMs - this.#timerAt;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const leases = [...this.#clusters.values()].flatMap((members) => [...members.leases.values()]);
    // A process that stood still (SIGSTOP, a long pause) was deaf, and the heartbeats wait in its sockets. Silence that
    // it could not have heard is no evidence: each lease starts anew, or all workloads would go at once.
    if (lateMs > STALL_MS) for (const lease of leases) lease.renew(lease.leaseMs, nowMs);
    let earliest = Number.POSITIVE_INFINITY;
    for (const lease of leases) {
      if (lease.expiresAt <= nowMs) this.#remove(lease, "expired");
      else earliest = Math.min(earliest, lease.expiresAt);
    }
    if (earliest < Number.POSITIVE_INFINITY) this.#arm(earliest, nowMs);
  }
}

/** A timer that is later than this was held up by a process that stood still, not by load. Milliseconds. */
const STALL_MS = 500;

import type { WorkloadBody } from "./parse-workload.ts";
import type { Workload, WorkloadAddress } from "./workload.ts";

/** A workload and when its silence becomes a withdrawal. */
export class Lease implements Workload {
  readonly cluster: string;
  readonly nodeId: string;
  readonly addresses: readonly WorkloadAddress[];
  /** The addresses as text: a registration with the same text is a heartbeat and changes nothing for callers. */
  readonly content: string;
  readonly published: number;
  leaseMs: number;
  /** Monotonic milliseconds. */
  expiresAt: number;

  constructor(cluster: string, nodeId: string, body: WorkloadBody, published: number, nowMs: number) {
    this.published = published;
    this.cluster = cluster;
    this.nodeId = nodeId;
    this.addresses = body.addresses;
    this.content = JSON.stringify(body.addresses);
    this.leaseMs = body.leaseMs;
    this.expiresAt = nowMs + body.leaseMs;
  }

  /** A heartbeat may also ask for another lease. */
  renew(leaseMs: number, nowMs: number): void {
    this.leaseMs = leaseMs;
    this.expiresAt = nowMs + leaseMs;
  }
}

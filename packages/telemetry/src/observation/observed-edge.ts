import type { Call, Outcome } from "@dualmesh/core";
import { Buckets } from "../metrics/distribution.ts";
import type { CallWay, EdgeReport } from "./node-report.ts";

/** What was counted for one cluster behind an edge. */
export class EdgeRow {
  calls = 0;
  errors = 0;
  retries = 0;
  readonly latency: Buckets = new Buckets();
}

/** Calls of one node to one authority, by one protocol and the way that was chosen for them. */
export class ObservedEdge {
  readonly authority: string;
  readonly protocol: string;
  readonly way: CallWay;
  /** By the way that they went in the end, and by cluster. */
  readonly rows: Readonly<Record<CallWay, Map<string, EdgeRow>>> = { direct: new Map(), sidecar: new Map() };
  /** Calls that have not ended. */
  open = 0;
  /** Whether it had no call in this interval yet. */
  isFresh = true;
  /** Whether a call failed in this interval, or in the one before. */
  hasErred = false;
  /** Ends a call. One function for all calls of the edge, so that none of them needs its own. */
  readonly ended: (outcome: Outcome, call: Call) => void;

  constructor(
    authority: string,
    protocol: string,
    way: CallWay,
    findRow: (edge: ObservedEdge, call: Call) => EdgeRow,
  ) {
    this.authority = authority;
    this.protocol = protocol;
    this.way = way;
    this.ended = (outcome, call) => {
      this.open--;
      const row = findRow(this, call);
      row.calls++;
      row.latency.add(call.clock.now() - call.startMs);
      if (call.attempt > 1) row.retries += call.attempt - 1;
      if (!isError(outcome)) return;
      row.errors++;
      this.hasErred = true;
    };
  }

  /** The counts since the last time, of clusters with calls. */
  take(): readonly EdgeReport[] {
    const { authority, protocol, rows } = this;
    const reports = (["direct", "sidecar"] as const).flatMap((way) =>
      [...rows[way]].map(([cluster, { calls, errors, retries, latency }]): EdgeReport => {
        return { authority, protocol, way, cluster, calls, errors, retries, latency: latency.pairs() };
      }),
    );
    this.hasErred = reports.some(({ errors }) => errors > 0);
    rows.direct.clear();
    rows.sidecar.clear();
    this.isFresh = true;
    return reports;
  }
}

/**
 * No answer, an answer of 500 or more, or a gRPC status. HTTP's 4xx are answers to who asked wrongly, and who gave a call
 * up did not wait for one.
 */
export function isError({ status, code }: Outcome): boolean {
  if (code === "CANCELLED") return false;
  return status === 0 || status >= 500 || (status === 200 && code !== "OK");
}

import { type CallWay, latencyOf } from "@dualmesh/telemetry/observation";
import { type CountedEdge, countedEdges, type ReportSource } from "./report-history.ts";

/** Calls of one workload to one cluster, by one way and protocol. */
export interface MeshEdge {
  readonly key: string;
  /** The caller's cluster. */
  readonly from: string;
  /** Whom it called; empty for the sum of those that had no room in a report. */
  readonly authority: string;
  /** The cluster behind; empty where nobody reports which it was. */
  readonly cluster: string;
  readonly way: CallWay;
  readonly protocol: string;
  /** Calls a second that ended; 0 for one that had calls before. */
  readonly rate: number;
  /** Share of them, 0 to 1. */
  readonly errorShare: number;
  /** Attempts beyond the first ones, a second. */
  readonly retryRate: number;
  /** Milliseconds; NaN without calls. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** What "now" is: long enough that one late report moves nothing. Milliseconds. */
export const NOW_MS = 5_000;

/** How long an edge without calls is still shown: a picture that jumps is read by nobody. Milliseconds. */
const LINGER_MS = 60_000;

/** The edges at a time, in a stable order. */
export function edgesAt(sources: readonly ReportSource[], nowMs: number): readonly MeshEdge[] {
  const lingering = groupByEdge(countedEdges(sources, nowMs - LINGER_MS));
  const current = groupByEdge(countedEdges(sources, nowMs - NOW_MS));
  return [...lingering.keys()].sort().map((key) => {
    const { source, edge } = (lingering.get(key) as readonly CountedEdge[])[0] as CountedEdge;
    const rows = current.get(key) ?? [];
    const sum = (count: (row: CountedEdge) => number): number =>
      rows.reduce((all, row) => all + count(row), 0);
    const calls = sum((row) => row.edge.calls);
    const latency = latencyOf(rows.map((row) => row.edge.latency));
    return {
      key,
      from: source.cluster,
      authority: edge.authority,
      cluster: edge.cluster,
      way: edge.way,
      protocol: edge.protocol,
      rate: perSecond(rows, sources, nowMs, ({ calls: n }) => n),
      errorShare: calls === 0 ? 0 : sum((row) => row.edge.errors) / calls,
      retryRate: perSecond(rows, sources, nowMs, ({ retries }) => retries),
      p50Ms: latency.quantile(0.5),
      p95Ms: latency.quantile(0.95),
      p99Ms: latency.quantile(0.99),
    };
  });
}

export function edgeKey({ source, edge }: Pick<CountedEdge, "source" | "edge">): string {
  return [source.cluster, edge.authority, edge.cluster, edge.way, edge.protocol].join("\n");
}

function groupByEdge(rows: readonly CountedEdge[]): ReadonlyMap<string, readonly CountedEdge[]> {
  return Map.groupBy(rows, edgeKey);
}

/**
 * Of each source what it counted, by the time that its reports cover. Reports in which an edge had no call cover time as
 * well: so all of the source's, not only those with a row.
 */
function perSecond(
  rows: readonly CountedEdge[],
  sources: readonly ReportSource[],
  nowMs: number,
  count: (edge: CountedEdge["edge"]) => number,
): number {
  let rate = 0;
  for (const source of sources) {
    let counted = 0;
    for (const row of rows) if (row.source === source) counted += count(row.edge);
    if (counted === 0) continue;
    let coveredMs = 0;
    for (const { receivedMs, intervalMs } of source.reports) {
      if (receivedMs > nowMs - NOW_MS) coveredMs += intervalMs;
    }
    rate += (counted * 1_000) / coveredMs;
  }
  return rate;
}

import { latencyOf } from "@dualmesh/telemetry/observation";
import { edgeKey } from "./mesh-edges.ts";
import { type CountedEdge, countedEdges, type ReportSource } from "./report-history.ts";

/** Columns of a chart: seconds since the epoch, and values, `null` where nothing is known. */
export interface EdgeSeries {
  readonly seconds: readonly number[];
  readonly rate: readonly (number | null)[];
  readonly errorRate: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** Milliseconds of one point: two reports, so that one which comes late leaves no hole. */
const BIN_MS = 2_000;

/** Milliseconds that are shown. */
const SPAN_MS = 120_000;

/** How the edges of these keys went in the last two minutes. */
export function edgeSeries(
  sources: readonly ReportSource[],
  keys: ReadonlySet<string>,
  nowMs: number,
): EdgeSeries {
  const end = Math.floor(nowMs / BIN_MS);
  const first = end - SPAN_MS / BIN_MS;
  const bins = Map.groupBy(countedEdges(sources, first * BIN_MS), ({ report }) =>
    Math.floor(report.receivedMs / BIN_MS),
  );
  const covered = coveredTime(sources);
  const series = { seconds: [], rate: [], errorRate: [], p50Ms: [], p99Ms: [] } as Mutable<EdgeSeries>;
  for (let bin = first; bin < end; bin++) {
    const rows = (bins.get(bin) ?? []).filter((row) => keys.has(edgeKey(row)));
    const isKnown = covered.has(bin);
    const latency = latencyOf(rows.map(({ edge }) => edge.latency));
    const perSecond = (count: (row: CountedEdge) => number): number | null =>
      isKnown ? sumPerSecond(rows, covered.get(bin) as Covered, count) : null;
    series.seconds.push(((bin + 1) * BIN_MS) / 1_000);
    series.rate.push(perSecond(({ edge }) => edge.calls));
    series.errorRate.push(perSecond(({ edge }) => edge.errors));
    series.p50Ms.push(latency.count === 0 ? null : latency.quantile(0.5));
    series.p99Ms.push(latency.count === 0 ? null : latency.quantile(0.99));
  }
  return series;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer V)[] ? V[] : T[K] };

/** Milliseconds that the reports of each source cover. */
type Covered = ReadonlyMap<ReportSource, number>;

function coveredTime(sources: readonly ReportSource[]): ReadonlyMap<number, Covered> {
  const bins = new Map<number, Map<ReportSource, number>>();
  for (const source of sources) {
    for (const { receivedMs, intervalMs } of source.reports) {
      const bin = Math.floor(receivedMs / BIN_MS);
      const covered = bins.get(bin) ?? new Map<ReportSource, number>();
      covered.set(source, (covered.get(source) ?? 0) + intervalMs);
      bins.set(bin, covered);
    }
  }
  return bins;
}

function sumPerSecond(
  rows: readonly CountedEdge[],
  covered: Covered,
  count: (row: CountedEdge) => number,
): number {
  let rate = 0;
  for (const row of rows)
    rate += (count(row) * 1_000) / (covered.get(row.source) ?? Number.POSITIVE_INFINITY);
  return rate;
}

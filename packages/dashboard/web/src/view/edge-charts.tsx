import type { CallWay } from "@dualmesh/telemetry/observation";
import type { JSX } from "preact";
import { edgeSeries } from "../model/edge-series.ts";
import { formatMs, formatRate } from "../model/format-figure.ts";
import type { MeshEdge } from "../model/mesh-edges.ts";
import type { ReportSource } from "../model/report-history.ts";
import { targetOf } from "../model/services.ts";
import { Chart, type ChartLine } from "./chart.tsx";

export interface EdgeChartsProps {
  readonly sources: readonly ReportSource[];
  readonly edges: readonly MeshEdge[];
  readonly selected: MeshEdge | undefined;
  readonly nowMs: number;
}

/** Rate and latency between the chosen two in the last two minutes, by either way: a flip is where one line takes over. */
export function EdgeCharts({ sources, edges, selected, nowMs }: EdgeChartsProps): JSX.Element {
  return (
    <section class="charts" aria-labelledby="charts-title">
      <h2 id="charts-title">The last two minutes</h2>
      {selected === undefined ? (
        <p class="empty">Nothing to draw yet.</p>
      ) : (
        <PairCharts pair={pairOf(selected, edges)} sources={sources} nowMs={nowMs} />
      )}
    </section>
  );
}

/** All edges between two, the chosen one first. */
function pairOf(selected: MeshEdge, edges: readonly MeshEdge[]): readonly MeshEdge[] {
  const target = targetOf(selected);
  return [
    selected,
    ...edges.filter((edge) => edge !== selected && edge.from === selected.from && targetOf(edge) === target),
  ];
}

interface PairChartsProps {
  readonly pair: readonly MeshEdge[];
  readonly sources: readonly ReportSource[];
  readonly nowMs: number;
}

const WAYS: readonly CallWay[] = ["direct", "sidecar"];

function PairCharts({ pair, sources, nowMs }: PairChartsProps): JSX.Element {
  const first = pair[0] as MeshEdge;
  const keysBy = (way: CallWay): readonly string[] =>
    pair.filter((edge) => edge.way === way).map(({ key }) => key);
  const seriesOf = (keys: readonly string[]) => edgeSeries(sources, new Set(keys), nowMs);
  const all = seriesOf(pair.map(({ key }) => key));
  const ways = WAYS.filter((way) => keysBy(way).length > 0);
  const rates = ways.map(
    (way): ChartLine => ({ name: way, className: way, values: seriesOf(keysBy(way)).rate }),
  );
  const what = `${first.from} to ${targetOf(first)}`;
  const [errors, p50Ms, p99Ms] = [lastOf(all.errorRate), lastOf(all.p50Ms), lastOf(all.p99Ms)];
  const now = rates.map(({ name, values }) => `${formatRate(lastOf(values) || 0)} ${name}`).join(", ");
  return (
    <>
      <p class="subject name">
        {first.from} → {targetOf(first)}
      </p>
      <div class="two">
        <Chart
          label={`Calls a second from ${what}: now ${now}, errors ${formatRate(errors || 0)}`}
          title="calls/s"
          seconds={all.seconds}
          lines={[...rates, { name: "errors", className: "bad", values: all.errorRate, isDashed: true }]}
          format={formatRate}
        />
        <Chart
          label={`Latency from ${what}: now half within ${formatMs(p50Ms)}, 99 of 100 within ${formatMs(p99Ms)}`}
          title="latency"
          seconds={all.seconds}
          lines={[
            { name: "p50", className: "plain", values: all.p50Ms },
            { name: "p99", className: "warn", values: all.p99Ms, isDashed: true },
          ]}
          format={formatMs}
        />
      </div>
    </>
  );
}

/** The newest value; NaN where nothing is known. */
function lastOf(values: readonly (number | null)[]): number {
  return values.at(-1) ?? Number.NaN;
}

import type { Distribution } from "./distribution.ts";
import type { MetricsStore, Reading } from "./metrics-store.ts";
import { type StatsOptions, selectReadings } from "./stat-filter.ts";

/** The shares that Envoy shows of a histogram. */
const QUANTILES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1];

type HistogramReading = Extract<Reading, { kind: "histogram" }>;

/**
 * Envoy's `/stats`: numbers sorted by name, then histograms. Each quantile stands as `P50(last interval,since start)`.
 *
 * ```text
 * cluster.orders.upstream_rq_total: 3
 * cluster.orders.upstream_rq_time: P0(nan,11.75) P25(nan,11.81) …
 * ```
 */
export function renderStats(store: MetricsStore, options?: StatsOptions): string {
  const numbers: string[] = [];
  const histograms: string[] = [];
  for (const reading of selectReadings(store, options)) {
    if (reading.kind === "histogram") histograms.push(`${reading.name}: ${summary(reading)}\n`);
    else numbers.push(`${reading.name}: ${reading.value}\n`);
  }
  return numbers.join("") + histograms.join("");
}

/** Envoy's `/stats?format=json`. A quantile of nothing is `null`. */
export function renderStatsJson(store: MetricsStore, options?: StatsOptions): string {
  const readings = selectReadings(store, options);
  const numbers = readings.flatMap((reading) =>
    reading.kind === "histogram" ? [] : [{ name: reading.name, value: reading.value }],
  );
  const histograms = readings.flatMap((reading) =>
    reading.kind === "histogram" ? [{ name: reading.name, values: quantiles(reading) }] : [],
  );
  const tail =
    histograms.length === 0
      ? []
      : [{ histograms: { supported_quantiles: QUANTILES.map(percent), computed_quantiles: histograms } }];
  return JSON.stringify({ stats: [...numbers, ...tail] });
}

function summary(reading: HistogramReading): string {
  if (reading.cumulative.count === 0) return "No recorded values";
  return quantiles(reading)
    .map(
      ({ interval, cumulative }, i) =>
        `P${percent(QUANTILES[i] as number)}(${interval ?? "nan"},${cumulative})`,
    )
    .join(" ");
}

function quantiles(reading: HistogramReading): { interval: number | null; cumulative: number | null }[] {
  return QUANTILES.map((q) => ({
    interval: shown(reading.interval, q),
    cumulative: shown(reading.cumulative, q),
  }));
}

/** Four digits are more than the buckets hold. */
function shown(distribution: Distribution, q: number): number | null {
  const value = distribution.quantile(q);
  return Number.isNaN(value) ? null : Number(value.toPrecision(4));
}

/** 0.995 is 99.5, and not 99.50000000000001. */
function percent(q: number): number {
  return Number((q * 100).toPrecision(4));
}

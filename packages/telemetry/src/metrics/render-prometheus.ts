import type { MetricsStore, Reading } from "./metrics-store.ts";
import { prometheusName } from "./prometheus-name.ts";
import { type StatsOptions, selectReadings } from "./stat-filter.ts";

/** What to send as `content-type` with {@link renderPrometheus}. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Envoy's default buckets, upper bounds. Milliseconds where the histogram is of times. */
const BOUNDS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/**
 * Envoy's `/stats/prometheus`, in the text format 0.0.4: names with the prefix `envoy_`, owners as labels, one TYPE line
 * for each family.
 */
export function renderPrometheus(store: MetricsStore, options?: StatsOptions): string {
  const families = new Map<string, { readonly kind: Reading["kind"]; readonly lines: string[] }>();
  const series = new Set<string>();
  for (const reading of selectReadings(store, options)) {
    const { family, labels } = prometheusName(reading.name);
    // Two names of different kinds may meet in one family, which has one type.
    const known = families.get(family);
    const name = known === undefined || known.kind === reading.kind ? family : `${family}_${reading.kind}`;
    const pairs = labels.map(([label, value]) => `${label}="${escapeLabel(value)}"`).join(",");
    // `a-b` and `a/b` clean to one name. A scrape with a series twice is refused as a whole: the first one stands.
    const key = `${name}{${pairs}}`;
    if (series.has(key)) continue;
    series.add(key);
    const lines = families.get(name)?.lines ?? [];
    families.set(name, { kind: reading.kind, lines });
    if (reading.kind === "histogram") histogramLines(name, pairs, reading, lines);
    else lines.push(`${key} ${reading.value}\n`);
  }
  let text = "";
  for (const [name, { kind, lines }] of families) text += `# TYPE ${name} ${kind}\n${lines.join("")}`;
  return text;
}

function histogramLines(
  name: string,
  pairs: string,
  { cumulative }: Extract<Reading, { kind: "histogram" }>,
  lines: string[],
): void {
  const { count, sum } = cumulative;
  const prefix = `${name}_bucket{${pairs}${pairs === "" ? "" : ","}`;
  for (const bound of BOUNDS) lines.push(`${prefix}le="${bound}"} ${cumulative.countUpTo(bound)}\n`);
  lines.push(
    `${prefix}le="+Inf"} ${count}\n`,
    `${name}_sum{${pairs}} ${sum}\n`,
    `${name}_count{${pairs}} ${count}\n`,
  );
}

/** Ends of lines, the third that needs it, do not stand in a store's names. */
function escapeLabel(value: string): string {
  return value.replace(/[\\"]/g, "\\$&");
}

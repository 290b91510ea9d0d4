import type { MetricsStore, Reading } from "./metrics-store.ts";

export interface StatsOptions {
  /**
   * Which names to show: those that contain the text, match the expression, or satisfy the predicate. An expression from
   * a stranger runs in linear time only as a predicate, over an engine that promises it. Default: all.
   */
  readonly filter?: string | RegExp | ((name: string) => boolean);
  /** Leaves out what holds nothing: Envoy's `usedonly`. A gauge that went back to 0 is left out too. Default false. */
  readonly usedOnly?: boolean;
}

/** What is to be shown, sorted by name. */
export function selectReadings(store: MetricsStore, options: StatsOptions = {}): readonly Reading[] {
  const matches = toPredicate(options.filter);
  return store
    .readings()
    .filter((reading) => matches(reading.name) && !(options.usedOnly && isUnused(reading)));
}

function toPredicate(filter: StatsOptions["filter"]): (name: string) => boolean {
  if (filter === undefined) return () => true;
  if (typeof filter === "string") return (name) => name.includes(filter);
  // `search` starts at the beginning each time; `test` of an expression with the g flag does not.
  if (filter instanceof RegExp) return (name) => name.search(filter) >= 0;
  return filter;
}

function isUnused(reading: Reading): boolean {
  return reading.kind === "histogram" ? reading.cumulative.count === 0 : reading.value === 0;
}

import { Buckets, type Distribution } from "../metrics/distribution.ts";

/** The distribution behind the latencies of one or more reports: percentiles cannot be added, buckets can. */
export function latencyOf(reports: Iterable<readonly number[]>): Distribution {
  const sum = new Buckets();
  for (const pairs of reports) {
    for (let i = 0; i + 1 < pairs.length; i += 2) sum.addTo(pairs[i] as number, pairs[i + 1] as number);
  }
  return sum;
}

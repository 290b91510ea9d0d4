import type { Metrics } from "@dualmesh/core";

/** Metrics that remember everything, for tests with few events. */
export interface RecordingMetrics extends Metrics {
  /** The value of a counter or gauge; 0 for one that was never asked for. */
  value(name: string): number;
  /** What a histogram was given, in order. */
  recorded(name: string): readonly number[];
  /** The names of all slots that were ever resolved, sorted. */
  names(): readonly string[];
}

/** @throws {TypeError} when one name is asked for as two kinds, which a real store cannot render. */
export function recordingMetrics(): RecordingMetrics {
  const kinds = new Map<string, string>();
  const levels = new Map<string, number>();
  const records = new Map<string, number[]>();

  function claim(name: string, kind: string): void {
    const known = kinds.get(name);
    if (known !== undefined && known !== kind) {
      throw new TypeError(`metrics: "${name}" is a ${known}, it was asked for as a ${kind}`);
    }
    kinds.set(name, kind);
  }

  const add = (name: string, n: number): void => void levels.set(name, (levels.get(name) ?? 0) + n);

  return {
    counter(name) {
      claim(name, "counter");
      return { add: (n = 1) => add(name, n) };
    },
    gauge(name) {
      claim(name, "gauge");
      return { add: (n) => add(name, n), set: (value) => void levels.set(name, value) };
    },
    histogram(name) {
      claim(name, "histogram");
      const values = records.get(name) ?? [];
      records.set(name, values);
      return { record: (value) => void values.push(value) };
    },
    value: (name) => levels.get(name) ?? 0,
    recorded: (name) => records.get(name) ?? [],
    names: () => [...kinds.keys()].sort(),
  };
}

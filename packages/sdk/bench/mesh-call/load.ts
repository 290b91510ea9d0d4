/** What one run of calls cost. */
export interface Run {
  /** CPU of the process under test, per call. Microseconds. */
  readonly cpuUs: number;
  readonly callsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface LoadOptions {
  readonly call: () => Promise<unknown>;
  /** CPU time of the process under test so far. Microseconds. */
  readonly cpuUs: () => number;
  readonly calls: number;
  readonly inFlight: number;
}

/** Makes calls, so many at a time, each worker one after the other. */
export async function runLoad({ call, cpuUs, calls, inFlight }: LoadOptions): Promise<Run> {
  const latencies = new Float64Array(calls);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < calls) {
      const i = next++;
      const began = performance.now();
      await call();
      latencies[i] = performance.now() - began;
    }
  };
  const cpuBefore = cpuUs();
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsedMs = performance.now() - began;
  latencies.sort();
  const quantile = (q: number): number =>
    (latencies[Math.min(Math.floor(calls * q), calls - 1)] ?? 0) * 1_000;
  return {
    cpuUs: (cpuUs() - cpuBefore) / calls,
    callsPerSecond: (calls * 1_000) / elapsedMs,
    p50Us: quantile(0.5),
    p99Us: quantile(0.99),
  };
}

/** The median of each figure over several runs. */
export function medianRun(runs: readonly Run[]): Run {
  const median = (figure: (run: Run) => number): number => {
    const sorted = runs.map(figure).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    cpuUs: median((run) => run.cpuUs),
    callsPerSecond: median((run) => run.callsPerSecond),
    p50Us: median((run) => run.p50Us),
    p99Us: median((run) => run.p99Us),
  };
}

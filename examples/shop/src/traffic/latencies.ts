/** How long the last calls took, exact to the call: a demo makes few enough of them to keep. */
export class Latencies {
  readonly #endedMs: Float64Array;
  readonly #tookMs: Float64Array;
  #count = 0;

  /** @param capacity calls that are kept; older ones are forgotten. */
  constructor(capacity = 16_384) {
    this.#endedMs = new Float64Array(capacity);
    this.#tookMs = new Float64Array(capacity);
  }

  record(endedMs: number, tookMs: number): void {
    const at = this.#count % this.#endedMs.length;
    this.#endedMs[at] = endedMs;
    this.#tookMs[at] = tookMs;
    this.#count++;
  }

  /**
   * Percentiles of the calls that ended in `[fromMs, untilMs)`, in milliseconds; NaN where none did.
   *
   * @param percents such as `[50, 99]`.
   */
  percentiles(percents: readonly number[], fromMs: number, untilMs: number): readonly number[] {
    const kept = Math.min(this.#count, this.#endedMs.length);
    const within: number[] = [];
    for (let i = 0; i < kept; i++) {
      const ended = this.#endedMs[i] as number;
      if (ended >= fromMs && ended < untilMs) within.push(this.#tookMs[i] as number);
    }
    within.sort((a, b) => a - b);
    return percents.map((percent) => within[Math.ceil((percent / 100) * within.length) - 1] ?? Number.NaN);
  }
}

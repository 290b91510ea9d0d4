import type { Histogram } from "@dualmesh/core";
import { Buckets, type Distribution } from "./distribution.ts";

/** A histogram: all since the start, and the last whole interval, like Envoy's. */
export class LogHistogram implements Histogram {
  readonly kind = "histogram";
  readonly #all = new Buckets();
  #atLastEnd = new Buckets();
  #interval = new Buckets();

  get cumulative(): Distribution {
    return this.#all;
  }

  get interval(): Distribution {
    return this.#interval;
  }

  record(value: number): void {
    this.#all.add(value);
  }

  endInterval(): void {
    this.#interval = this.#all.since(this.#atLastEnd);
    this.#atLastEnd = this.#all.copy();
  }
}

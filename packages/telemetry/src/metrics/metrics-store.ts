import type { Counter, Gauge, Histogram, Metrics } from "@dualmesh/core";
import type { Distribution } from "./distribution.ts";
import { LogHistogram } from "./log-histogram.ts";
import { NumberSlot } from "./number-slot.ts";
import { Slots, TRASH } from "./slots.ts";
import { statName } from "./stat-name.ts";

export interface MetricsStoreOptions {
  /**
   * Names at most, from 1: a name from the wire that slipped into a metric must not fill the memory. Further counters
   * and histograms share one slot each, further gauges write nowhere. Default 100,000, some 25 MB.
   */
  readonly maxSlots?: number;
}

/** One measurement, as it stands. */
export type Reading =
  | { readonly kind: "counter" | "gauge"; readonly name: string; readonly value: number }
  | {
      readonly kind: "histogram";
      readonly name: string;
      readonly cumulative: Distribution;
      /** The last whole interval; empty before the first {@link MetricsStore.endInterval}. */
      readonly interval: Distribution;
    };

/** Measurements by name, in memory. Names are cleaned as Envoy cleans them: `:` becomes `_`. */
export interface MetricsStore extends Metrics {
  /** Names that have a slot. */
  readonly size: number;
  /** All measurements, sorted by name. */
  readings(): readonly Reading[];
  /** Ends an interval of all histograms. Envoy does so every 5 s (`stats_flush_interval`). */
  endInterval(): void;
  /** Forgets all names that begin with `prefix`, as when a cluster is gone; says how many. What holds a slot may still write. */
  remove(prefix: string): number;
}

/** Where further names go, by kind, and how often a further name was asked for. */
const OVERFLOW = "server.stats_overflow";

/**
 * Makes an empty store. An update costs one addition to a typed array; only asking for a name looks it up.
 *
 * ```ts
 * import { createMetricsStore, renderStats } from "@dualmesh/telemetry";
 *
 * const metrics = createMetricsStore();
 * const total = metrics.counter("cluster.orders.upstream_rq_total"); // once
 * total.add(); // per call
 * console.log(renderStats(metrics).trim()); // => cluster.orders.upstream_rq_total: 1
 * ```
 */
export function createMetricsStore(options: MetricsStoreOptions = {}): MetricsStore {
  const maxSlots = options.maxSlots ?? 100_000;
  if (!(Number.isInteger(maxSlots) && maxSlots > 0)) {
    throw new RangeError(`metrics store: maxSlots must be an integer from 1, got ${maxSlots}`);
  }
  return new Store(maxSlots);
}

type Slot = NumberSlot | LogHistogram;

class Store implements MetricsStore {
  readonly #maxSlots: number;
  readonly #slots = new Slots();
  readonly #byName = new Map<string, Slot>();
  /** Kept apart: the names of the overflow do not count against the limit, and cannot be removed. */
  readonly #overflow = new Map<string, Slot>();

  constructor(maxSlots: number) {
    this.#maxSlots = maxSlots;
  }

  get size(): number {
    return this.#byName.size;
  }

  counter(name: string): Counter {
    return this.#number(name, "counter");
  }

  gauge(name: string): Gauge {
    return this.#number(name, "gauge");
  }

  histogram(name: string): Histogram {
    const slot = this.#resolve(name, "histogram", () => new LogHistogram());
    return slot as LogHistogram;
  }

  readings(): readonly Reading[] {
    const readings = [...this.#byName, ...this.#overflow].map(([name, slot]) => reading(name, slot));
    return readings.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  endInterval(): void {
    for (const slot of this.#byName.values()) if (slot.kind === "histogram") slot.endInterval();
    for (const slot of this.#overflow.values()) if (slot.kind === "histogram") slot.endInterval();
  }

  remove(prefix: string): number {
    const clean = statName(prefix);
    let removed = 0;
    for (const [name, slot] of this.#byName) {
      if (!name.startsWith(clean)) continue;
      this.#byName.delete(name);
      if (slot.kind !== "histogram") slot.release();
      removed++;
    }
    return removed;
  }

  #number(name: string, kind: "counter" | "gauge"): NumberSlot {
    const slot = this.#resolve(name, kind, () => new NumberSlot(kind, this.#slots));
    return slot as NumberSlot;
  }

  /** @throws {TypeError} when the name is taken by another kind: no format can show both. */
  #resolve(name: string, kind: Slot["kind"], make: () => Slot): Slot {
    const clean = statName(name);
    const known = this.#byName.get(clean);
    if (known !== undefined) {
      if (known.kind === kind) return known;
      throw new TypeError(`metrics store: "${clean}" is a ${known.kind}, it was asked for as a ${kind}`);
    }
    if (this.#byName.size >= this.#maxSlots) return this.#overflowing(kind, make);
    const slot = make();
    this.#byName.set(clean, slot);
    return slot;
  }

  #overflowing(kind: Slot["kind"], make: () => Slot): Slot {
    const refused = this.#shared(`${OVERFLOW}.refused`, () => new NumberSlot("counter", this.#slots));
    if (refused.kind === "counter") refused.add();
    if (kind !== "gauge") return this.#shared(`${OVERFLOW}.${kind}`, make);
    // Levels of different things have no sum.
    return new NumberSlot("gauge", this.#slots, TRASH);
  }

  #shared(name: string, make: () => Slot): Slot {
    const slot = this.#overflow.get(name) ?? make();
    this.#overflow.set(name, slot);
    return slot;
  }
}

function reading(name: string, slot: Slot): Reading {
  if (slot.kind !== "histogram") return { kind: slot.kind, name, value: slot.value };
  const { kind, cumulative, interval } = slot;
  return { kind, name, cumulative, interval };
}

import type { SidecarOwner } from "../cast.ts";
import type { Weights } from "../mesh/mesh-files.ts";
import type { ChildState } from "../process/child.ts";
import type { Shop } from "../shop.ts";
import type { Counts, Traffic } from "../traffic/traffic.ts";
import { type Flow, flowBetween, type Reading } from "../watch/flow.ts";
import { readCounters } from "../watch/read-counters.ts";

/** Everything that a screen or a line shows. */
export interface Picture {
  /** Since the shop opened. */
  readonly seconds: number;
  readonly counts: Counts;
  /** Of the last two seconds; `undefined` at first. */
  readonly flow: Flow | undefined;
  /** As asked for; what is seen stands in `flow`. */
  readonly weights: Weights;
  readonly controlPlane: ChildState;
  readonly sidecars: Readonly<Record<SidecarOwner, ChildState>>;
}

/** Milliseconds between two readings, and readings that are kept: two seconds of flow. */
const READ_EVERY_MS = 400;
const KEPT = 6;

/** Reads the counters again and again. */
export class Monitor {
  readonly #shop: Shop;
  readonly #traffic: Traffic;
  readonly #startMs = performance.now();
  #readings: readonly Reading[] = [];

  constructor(shop: Shop, traffic: Traffic) {
    this.#shop = shop;
    this.#traffic = traffic;
  }

  start(): void {
    const again = async (): Promise<void> => {
      const reading = await readCounters(this.#shop, this.#traffic);
      this.#readings = [...this.#readings, reading].slice(-KEPT);
      setTimeout(() => void again(), READ_EVERY_MS);
    };
    void again();
  }

  picture(): Picture {
    const shop = this.#shop;
    const [first] = this.#readings;
    const last = this.#readings.at(-1);
    const state = (owner: SidecarOwner): ChildState => shop.sidecar(owner)?.state ?? "ended";
    return {
      seconds: (performance.now() - this.#startMs) / 1_000,
      counts: this.#traffic.counts,
      flow:
        first === undefined || last === undefined || first === last
          ? undefined
          : flowBetween(first, last, this.#traffic),
      weights: shop.weights,
      controlPlane: shop.controlPlane?.state ?? "ended",
      sidecars: {
        web: state("web"),
        "orders-v1": state("orders-v1"),
        "orders-v2": state("orders-v2"),
      },
    };
  }
}

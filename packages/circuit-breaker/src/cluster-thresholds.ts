import { createTicketPool, type Metrics, noMetrics, type Ticket } from "@dualmesh/core";
import { refusalOf } from "./refusal.ts";
import { type ThresholdGauge, thresholdGauge } from "./threshold-gauges.ts";
import {
  RESOURCES,
  type ResourceCounts,
  type RoutingPriority,
  resolveThresholds,
  type Thresholds,
} from "./thresholds.ts";

export interface ClusterThresholdsOptions {
  /** The limits of ordinary requests. */
  readonly default?: Thresholds | undefined;
  /** The limits of requests whose route says `priority: HIGH`. Not derived from `default`: Envoy's defaults again. */
  readonly high?: Thresholds | undefined;
  readonly metrics?: Metrics;
  /** What stands before `circuit_breakers.` in metric names: `cluster.orders.`. Default: nothing. */
  readonly metricsPrefix?: string;
}

/**
 * Envoy's circuit breakers of a cluster: how many connections, waiting requests, requests and retries it may have at
 * once, for each routing priority. They bound queues, so that a slow cluster fails fast and does not drag its callers
 * along; they do not judge answers.
 *
 * Every `tryAcquire…` gives a ticket, or a negative refusal; the ticket goes back with {@link complete}, once.
 */
export interface ClusterThresholds {
  tryAcquireConnection(priority: RoutingPriority): Ticket;
  tryAcquirePending(priority: RoutingPriority): Ticket;
  tryAcquireRequest(priority: RoutingPriority): Ticket;
  tryAcquireRetry(priority: RoutingPriority): Ticket;
  /** Takes a ticket of any kind back. One that comes twice, a refusal, a stranger: ignored. */
  complete(ticket: Ticket): void;
  /**
   * Swaps the limits. What is in use stays counted: after a limit fell below it, everything new is refused until
   * enough has completed.
   *
   * @throws {RangeError} on a limit out of range. Then nothing has changed.
   * @see gRFC A32: lowering the limit does not reset the count
   */
  update(thresholds: Pick<ClusterThresholdsOptions, "default" | "high">): void;
  /** What is in use. */
  active(priority: RoutingPriority): ResourceCounts;
  /** What is allowed. */
  limits(priority: RoutingPriority): ResourceCounts;
  /** One line for each priority: `default: connections 2 of 1024, pending 0 of 1024, …`. */
  toString(): string;
}

/** @throws {RangeError} on a limit out of range. */
export function createClusterThresholds(options: ClusterThresholdsOptions = {}): ClusterThresholds {
  return new CountedThresholds(options);
}

const CONNECTIONS = 0;
const PENDING = 1;
const REQUESTS = 2;
const RETRIES = 3;
/** Where the resources of a priority begin in the tables. */
const PLACES: Readonly<Record<RoutingPriority, number>> = { default: 0, high: RESOURCES.length };
const PRIORITIES = ["default", "high"] as const;

class CountedThresholds implements ClusterThresholds {
  readonly #tickets = createTicketPool();
  readonly #active = new Int32Array(2 * RESOURCES.length);
  readonly #limits = new Float64Array(2 * RESOURCES.length);
  readonly #gauges: readonly ThresholdGauge[];

  constructor(options: ClusterThresholdsOptions) {
    const { metrics = noMetrics, metricsPrefix = "" } = options;
    this.#gauges = PRIORITIES.flatMap((priority) => {
      const trackRemaining = options[priority]?.trackRemaining ?? false;
      return RESOURCES.map((resource) =>
        thresholdGauge(metrics, metricsPrefix, priority, resource, trackRemaining),
      );
    });
    this.update(options);
  }

  tryAcquireConnection(priority: RoutingPriority): Ticket {
    return this.#tryAcquire(PLACES[priority] + CONNECTIONS);
  }

  tryAcquirePending(priority: RoutingPriority): Ticket {
    return this.#tryAcquire(PLACES[priority] + PENDING);
  }

  tryAcquireRequest(priority: RoutingPriority): Ticket {
    return this.#tryAcquire(PLACES[priority] + REQUESTS);
  }

  tryAcquireRetry(priority: RoutingPriority): Ticket {
    return this.#tryAcquire(PLACES[priority] + RETRIES);
  }

  complete(ticket: Ticket): void {
    const place = this.#tickets.give(ticket);
    if (place < 0) return;
    this.#active[place] = (this.#active[place] as number) - 1;
    this.#show(place);
  }

  update(thresholds: Pick<ClusterThresholdsOptions, "default" | "high">): void {
    const limits = PRIORITIES.map((priority) => resolveThresholds(thresholds[priority]));
    limits.forEach((counts, p) => {
      RESOURCES.forEach((resource, r) => {
        const place = p * RESOURCES.length + r;
        this.#limits[place] = counts[resource];
        this.#show(place);
      });
    });
  }

  active(priority: RoutingPriority): ResourceCounts {
    return counts(this.#active, PLACES[priority]);
  }

  limits(priority: RoutingPriority): ResourceCounts {
    return counts(this.#limits, PLACES[priority]);
  }

  toString(): string {
    return PRIORITIES.map((priority) => {
      const active = this.active(priority);
      const limits = this.limits(priority);
      return `${priority}: ${RESOURCES.map((name) => `${name} ${active[name]} of ${limits[name]}`).join(", ")}`;
    }).join("\n");
  }

  #tryAcquire(place: number): Ticket {
    const active = this.#active[place] as number;
    if (active >= (this.#limits[place] as number)) return refusalOf(place % RESOURCES.length);
    const ticket = this.#tickets.take(place);
    // A limit may be higher than there are tickets.
    if (ticket < 0) return refusalOf(place % RESOURCES.length);
    this.#active[place] = active + 1;
    this.#show(place);
    return ticket;
  }

  #show(place: number): void {
    const { open, remaining } = this.#gauges[place] as ThresholdGauge;
    const left = (this.#limits[place] as number) - (this.#active[place] as number);
    open.set(left > 0 ? 0 : 1);
    remaining?.set(Math.max(left, 0));
  }
}

function counts(table: Int32Array | Float64Array, from: number): ResourceCounts {
  return {
    connections: table[from + CONNECTIONS] as number,
    pending: table[from + PENDING] as number,
    requests: table[from + REQUESTS] as number,
    retries: table[from + RETRIES] as number,
  };
}

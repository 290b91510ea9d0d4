/**
 * Where measurements go. Names are Envoy's (`cluster.orders.upstream_rq_total`). A slot is resolved once, when a route
 * or cluster is built; updating it is an addition to an array, so the hot path never looks up a name.
 */
export interface Metrics {
  /** A count that only grows. Asking twice for one name gives the same slot. */
  counter(name: string): Counter;
  /** A level that goes up and down. */
  gauge(name: string): Gauge;
  /** A distribution. Values are milliseconds unless the name says otherwise. */
  histogram(name: string): Histogram;
}

export interface Counter {
  /** Adds `n`, default 1. */
  add(n?: number): void;
}

export interface Gauge {
  /** Adds `n`, which may be negative. */
  add(n: number): void;
  set(value: number): void;
}

export interface Histogram {
  record(value: number): void;
}

const NO_SLOT: Counter & Gauge & Histogram = { add() {}, set() {}, record() {} };

/** Measures nothing: the default everywhere. */
export const noMetrics: Metrics = {
  counter: () => NO_SLOT,
  gauge: () => NO_SLOT,
  histogram: () => NO_SLOT,
};

import type { Filter, Metrics, Request, Response } from "@dualmesh/core";

/**
 * Counts the calls of a connection manager under Envoy's names. Outcomes are seen at the end of the call, by an
 * observer: a `.then` here would cost more than all the counting.
 */
export function httpStats(metrics: Metrics, prefix: string): Filter<Request, Response> {
  const total = metrics.counter(`${prefix}downstream_rq_total`);
  const active = metrics.gauge(`${prefix}downstream_rq_active`);
  const reset = metrics.counter(`${prefix}downstream_rq_rx_reset`);
  const byClass = [0, 1, 2, 3, 4, 5].map((digit) => metrics.counter(`${prefix}downstream_rq_${digit}xx`));
  const time = metrics.histogram(`${prefix}downstream_rq_time`);
  return (next) => (request, call) => {
    total.add();
    active.add(1);
    call.onEnd((outcome, ended) => {
      active.add(-1);
      time.record(ended.clock.now() - ended.startMs);
      if (outcome.status === 0) reset.add();
      else byClass[Math.trunc(outcome.status / 100)]?.add();
    });
    return next(request, call);
  };
}

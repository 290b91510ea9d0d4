import { type Counter, type Metrics, noMetrics } from "@dualmesh/core";

/** What is counted of retries, under Envoy's names. Resolved once per cluster. */
export interface RetryStats {
  /** Retries that were made: `upstream_rq_retry`. */
  readonly retry: Counter;
  /** Calls whose last retry had a result that is not retried: `upstream_rq_retry_success`. */
  readonly success: Counter;
  /** Retries that were not made because the budget was spent: `upstream_rq_retry_overflow`. */
  readonly overflow: Counter;
  /** Calls that failed after their last retry: `upstream_rq_retry_limit_exceeded`. */
  readonly limitExceeded: Counter;
  /** Waits before a retry: `upstream_rq_retry_backoff_exponential`. */
  readonly backoff: Counter;
  /** Attempts that took too long: `upstream_rq_per_try_timeout`. */
  readonly perTryTimeout: Counter;
}

/** Resolves the slots; `prefix` stands before the names: `cluster.orders.`. */
export function createRetryStats(metrics: Metrics = noMetrics, prefix = ""): RetryStats {
  return {
    retry: metrics.counter(`${prefix}upstream_rq_retry`),
    success: metrics.counter(`${prefix}upstream_rq_retry_success`),
    overflow: metrics.counter(`${prefix}upstream_rq_retry_overflow`),
    limitExceeded: metrics.counter(`${prefix}upstream_rq_retry_limit_exceeded`),
    backoff: metrics.counter(`${prefix}upstream_rq_retry_backoff_exponential`),
    perTryTimeout: metrics.counter(`${prefix}upstream_rq_per_try_timeout`),
  };
}

import type { Filter, Metrics, Random, Request, Response } from "@dualmesh/core";
import { createRetryBudget } from "./retry-budget.ts";
import type { RetryLimit } from "./retry-limit.ts";
import { createRetryPolicy, type RetryPolicyOptions } from "./retry-policy.ts";
import { createRetryStats } from "./retry-stats.ts";
import { runAttempts } from "./run-attempts.ts";

/** Never sends a request twice that may have been executed, unless it says that it is idempotent. */
const SAFE_CONDITIONS = "connect-failure,refused-stream,reset-before-request,reset-idempotent";

export interface RetryOptions extends Omit<RetryPolicyOptions, "retryOn"> {
  /** Default: whatever is safe (`connect-failure,refused-stream,reset-before-request,reset-idempotent`). */
  readonly retryOn?: RetryPolicyOptions["retryOn"];
  /** Default: a budget of 20 % of the calls through this filter, at least 3 retries at a time. */
  readonly limit?: RetryLimit;
  /** What is kept of a streaming request body; beyond it the call is not retried. Bytes from 0. Default 65,536. */
  readonly maxReplayBytes?: number;
  readonly random?: Random;
  readonly metrics?: Metrics;
  /** What stands before `upstream_rq_retry`. Default: nothing. */
  readonly metricsPrefix?: string;
}

/**
 * Repeats what failed, as a policy and a budget allow. What is further in (breakers, balancers) sees every attempt as a
 * call of its own.
 *
 * ```ts
 * import { createCall, type Request, type Response, stack } from "@dualmesh/core";
 * import { retry } from "@dualmesh/retry";
 * import { textRequest, textResponse } from "@dualmesh/testkit";
 *
 * const answers = [textResponse(503), textResponse(200)];
 * const send = stack<Request, Response>()
 *   .use("retry", retry({ retryOn: "5xx", numRetries: 2 }))
 *   .to(async () => answers.shift() as Response); // where a transport would stand
 * const call = createCall();
 * const { head } = await send(textRequest(), call);
 * console.log(head.status, call.attempt); // => 200 2
 * ```
 *
 * @throws {RangeError} on an option out of range.
 */
export function retry(options: RetryOptions = {}): Filter<Request, Response> {
  const { maxReplayBytes = 65_536, random } = options;
  if (!Number.isInteger(maxReplayBytes) || maxReplayBytes < 0) {
    throw new RangeError(`retry: maxReplayBytes must be an integer from 0, got ${maxReplayBytes} bytes`);
  }
  const policy = createRetryPolicy({ ...options, retryOn: options.retryOn ?? SAFE_CONDITIONS });
  const stats = createRetryStats(options.metrics, options.metricsPrefix);
  return (next) => {
    let active = 0;
    const limit = options.limit ?? createRetryBudget({ active: () => active });
    return async (request, call) => {
      const { retriableRequest } = policy.options;
      if (retriableRequest?.(request.head) === false) return next(request, call);
      active++;
      try {
        return await runAttempts({
          request,
          call,
          policy,
          tryOnce: next,
          limit,
          maxReplayBytes,
          stats,
          random,
        });
      } finally {
        active--;
      }
    };
  };
}

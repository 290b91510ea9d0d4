// For those who call a service of their own.

// For those who build data planes.
export { attemptCall } from "./attempt-call.ts";
export {
  type AttemptResult,
  attemptResult,
  PER_TRY_TIMEOUT_DETAILS,
  type ResetReason,
} from "./attempt-result.ts";
export { type Backoff, type BackoffOptions, backoffMs } from "./backoff.ts";
export { RETRY_HEADERS, withHeaderOverrides } from "./header-overrides.ts";
export { type ReplayableBody, replayableBody } from "./replayable-body.ts";
export { type RetryOptions, retry } from "./retry.ts";
export {
  BUDGET_SPENT,
  createRetryBudget,
  type RetryBudget,
  type RetryBudgetOptions,
} from "./retry-budget.ts";
export type { RetryLimit } from "./retry-limit.ts";
export {
  type GrpcRetryCondition,
  type HttpRetryCondition,
  parseRetryOn,
  type RetryCondition,
  type RetryOn,
} from "./retry-on.ts";
export { createRetryPolicy, type RetryPolicy, type RetryPolicyOptions } from "./retry-policy.ts";
export { createRetryStats, type RetryStats } from "./retry-stats.ts";
export { RETRY_FLAG, type RunAttemptsOptions, runAttempts, TIMEOUT_RETRY } from "./run-attempts.ts";

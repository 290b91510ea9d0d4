import type { MessageTypes } from "@dualmesh/envoy-api";
import { enumValue } from "./enum-value.ts";
import type { CompileReport } from "./report.ts";

/** The limits of one priority; a missing one keeps Envoy's default. */
export interface PriorityThresholds {
  readonly maxConnections?: number;
  readonly maxPendingRequests?: number;
  readonly maxRequests?: number;
  readonly maxRetries?: number;
}

/** Bounds retries by what is in flight, in place of `maxRetries`. */
export interface RetryBudgetPlan {
  readonly budgetPercent: number;
  readonly minRetryConcurrency: number;
}

export interface ThresholdsPlan {
  readonly default: PriorityThresholds;
  readonly high: PriorityThresholds;
  readonly retryBudget: RetryBudgetPlan | undefined;
}

/** Reads a cluster's circuit breakers; of several entries for one priority the first counts, as with Envoy. */
export function compileThresholds(
  message: MessageTypes["envoy.config.cluster.v3.CircuitBreakers"] | undefined,
  path: string,
  report: CompileReport,
): ThresholdsPlan {
  if (message === undefined) return { default: {}, high: {}, retryBudget: undefined };
  report.checkFields(path, message, { uses: ["thresholds"], ignores: ["per_host_thresholds"] });
  message.thresholds.forEach((one, i) => {
    report.checkFields(`${path}.thresholds[${i}]`, one, {
      uses: [
        "priority",
        "max_connections",
        "max_pending_requests",
        "max_requests",
        "max_retries",
        "retry_budget",
      ],
      ignores: ["track_remaining", "max_connection_pools"],
    });
    enumValue(one.priority, PRIORITIES, `${path}.thresholds[${i}].priority`, report);
    const percent = one.retry_budget?.budget_percent;
    if (percent !== undefined)
      report.checkPercent(`${path}.thresholds[${i}].retry_budget.budget_percent`, percent.value);
  });
  const standard = message.thresholds.find((one) => one.priority === "DEFAULT");
  const high = message.thresholds.find((one) => one.priority === "HIGH");
  const budget = standard?.retry_budget;
  return {
    default: limits(standard),
    high: limits(high),
    retryBudget:
      budget === undefined
        ? undefined
        : {
            budgetPercent: budget.budget_percent?.value ?? 20,
            minRetryConcurrency: budget.min_retry_concurrency ?? 3,
          },
  };
}

/** Both are looked for by name. */
const PRIORITIES: Readonly<Record<string, string>> = { DEFAULT: "default", HIGH: "high" };

function limits(
  one: MessageTypes["envoy.config.cluster.v3.CircuitBreakers.Thresholds"] | undefined,
): PriorityThresholds {
  return {
    ...(one?.max_connections === undefined ? {} : { maxConnections: one.max_connections }),
    ...(one?.max_pending_requests === undefined ? {} : { maxPendingRequests: one.max_pending_requests }),
    ...(one?.max_requests === undefined ? {} : { maxRequests: one.max_requests }),
    ...(one?.max_retries === undefined ? {} : { maxRetries: one.max_retries }),
  };
}

import { createTicketPool, type Ticket } from "@dualmesh/core";
import type { RetryLimit } from "./retry-limit.ts";

export interface RetryBudgetOptions {
  /** Retries under way, in percent of what is under way in all. From 0 to 100. Default 20. */
  readonly budgetPercent?: number;
  /** So many retries are always allowed, however little is under way. Integer from 0. Default 3. */
  readonly minRetryConcurrency?: number;
  /** What is under way now: active and waiting requests, retries among them. */
  readonly active: () => number;
}

/**
 * Bounds retries by what is under way, so that a cluster in trouble gets a fifth more load at most and not a multiple of
 * it, while a few failures among many calls are all retried.
 *
 * @see Envoy, `CircuitBreakers.Thresholds.RetryBudget`
 */
export interface RetryBudget extends RetryLimit {
  /** Retries under way. */
  readonly active: number;
  /** How many there may be now. */
  readonly max: number;
  /** `retry budget: 1 of 3 (20 % of active, at least 3)`. */
  toString(): string;
}

/** Refusal of a budget: as many retries as are allowed are under way. */
export const BUDGET_SPENT: Ticket = -1;

/**
 * ```ts
 * import { createRetryBudget } from "@dualmesh/retry";
 *
 * const budget = createRetryBudget({ budgetPercent: 20, active: () => 50 });
 * const ticket = budget.tryAcquire();
 * console.log(ticket >= 0, `${budget.active} of ${budget.max}`); // => true 1 of 10
 * budget.complete(ticket); // the result of the retry is known
 * ```
 *
 * @throws {RangeError} on an option out of range.
 */
export function createRetryBudget(options: RetryBudgetOptions): RetryBudget {
  const { budgetPercent = 20, minRetryConcurrency = 3, active } = options;
  if (!(budgetPercent >= 0 && budgetPercent <= 100)) {
    throw new RangeError(`retry budget: budgetPercent must be from 0 % to 100 %, got ${budgetPercent}`);
  }
  if (!Number.isInteger(minRetryConcurrency) || minRetryConcurrency < 0) {
    throw new RangeError(
      `retry budget: minRetryConcurrency must be an integer from 0, got ${minRetryConcurrency}`,
    );
  }
  const tickets = createTicketPool();
  const max = (): number => Math.max(Math.floor((budgetPercent / 100) * active()), minRetryConcurrency);
  return {
    tryAcquire: () => (tickets.size < max() ? tickets.take(0) : BUDGET_SPENT),
    complete(ticket) {
      tickets.give(ticket);
    },
    get active() {
      return tickets.size;
    },
    get max() {
      return max();
    },
    toString: () =>
      `retry budget: ${tickets.size} of ${max()} (${budgetPercent} % of active, at least ${minRetryConcurrency})`,
  };
}

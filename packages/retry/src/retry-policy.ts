import type { Random, RequestHead, ResponseHead } from "@dualmesh/core";
import type { AttemptResult } from "./attempt-result.ts";
import { type Backoff, type BackoffOptions, backoffMs, resolveBackoff } from "./backoff.ts";
import { createJudge, type Judge } from "./judge.ts";
import { parseRetryOn, type RetryCondition } from "./retry-on.ts";

export interface RetryPolicyOptions {
  /** Conditions, as a list or as Envoy's text; what the text has that is no condition is ignored. */
  readonly retryOn: string | readonly RetryCondition[];
  /** Attempts after the first. Integer from 0. Default 1. */
  readonly numRetries?: number | undefined;
  /** For `retriable-status-codes`. Integers from 100 to 599. */
  readonly retriableStatusCodes?: readonly number[] | undefined;
  /** For `retriable-headers`: whether a response asks for a retry. */
  readonly retriableResponse?: ((head: ResponseHead) => boolean) | undefined;
  /** Requests for which this is false are never retried. Default: all may be. */
  readonly retriableRequest?: ((head: RequestHead) => boolean) | undefined;
  /**
   * How long an attempt may take until its response head. Milliseconds, over 0. Default: as long as the call. Not
   * applied when the call's deadline is nearer.
   */
  readonly perTryTimeoutMs?: number | undefined;
  readonly backoff?: BackoffOptions | undefined;
  /** For whoever picks endpoints: prefer one that no earlier attempt had. Default `false`. */
  readonly avoidPreviousHosts?: boolean | undefined;
}

/** When, how often and how soon to try again. Immutable. */
export interface RetryPolicy {
  /** What it was made from. */
  readonly options: RetryPolicyOptions;
  readonly conditions: readonly RetryCondition[];
  readonly numRetries: number;
  readonly perTryTimeoutMs: number | undefined;
  readonly backoff: Backoff;
  readonly avoidPreviousHosts: boolean;
  /** The condition by which an attempt may be repeated; `undefined`: its result is final. Counts nothing. */
  judge(result: AttemptResult, request: RequestHead): RetryCondition | undefined;
  /** How long to wait before a retry, counted from 1. Milliseconds. */
  backoffMs(retry: number, random: Random): number;
  /** `retry on 5xx, reset; 2 retries; back-off 25 to 250 ms`. */
  toString(): string;
}

/** @throws {RangeError} on an option out of range. */
export function createRetryPolicy(options: RetryPolicyOptions): RetryPolicy {
  return new FixedPolicy(options);
}

class FixedPolicy implements RetryPolicy {
  readonly options: RetryPolicyOptions;
  readonly conditions: readonly RetryCondition[];
  readonly numRetries: number;
  readonly perTryTimeoutMs: number | undefined;
  readonly backoff: Backoff;
  readonly avoidPreviousHosts: boolean;
  readonly #judge: Judge;

  constructor(options: RetryPolicyOptions) {
    const { retryOn, numRetries = 1, retriableStatusCodes = [], perTryTimeoutMs } = options;
    if (!Number.isInteger(numRetries) || numRetries < 0) {
      throw new RangeError(`retry: numRetries must be an integer from 0, got ${numRetries}`);
    }
    for (const code of retriableStatusCodes) {
      if (!Number.isInteger(code) || code < 100 || code > 599) {
        throw new RangeError(`retry: retriableStatusCodes must be integers from 100 to 599, got ${code}`);
      }
    }
    if (perTryTimeoutMs !== undefined && !(perTryTimeoutMs > 0)) {
      throw new RangeError(`retry: perTryTimeoutMs must be over 0 ms, got ${perTryTimeoutMs}`);
    }
    this.options = options;
    this.conditions = typeof retryOn === "string" ? parseRetryOn(retryOn).conditions : [...retryOn];
    this.numRetries = numRetries;
    this.perTryTimeoutMs = perTryTimeoutMs;
    this.backoff = resolveBackoff(options.backoff);
    this.avoidPreviousHosts = options.avoidPreviousHosts ?? false;
    this.#judge = createJudge(this.conditions, retriableStatusCodes, options.retriableResponse);
  }

  judge(result: AttemptResult, request: RequestHead): RetryCondition | undefined {
    return this.#judge(result, request);
  }

  backoffMs(retry: number, random: Random): number {
    return backoffMs(this.backoff, retry, random);
  }

  toString(): string {
    if (this.conditions.length === 0 || this.numRetries === 0) return "no retries";
    const { baseMs, maxMs } = this.backoff;
    const times = this.numRetries === 1 ? "1 retry" : `${this.numRetries} retries`;
    const perTry = this.perTryTimeoutMs === undefined ? "" : `; ${this.perTryTimeoutMs} ms per try`;
    return `retry on ${this.conditions.join(", ")}; ${times}; back-off ${baseMs} to ${maxMs} ms${perTry}`;
  }
}

import { randomOf } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createRetryPolicy, type RetryPolicyOptions } from "../src/index.ts";

describe("a retry policy", () => {
  test("retries once unless it says otherwise", () => {
    expect(createRetryPolicy({ retryOn: "5xx" }).numRetries).toBe(1);
  });

  test("waits anything from 0 to a base that doubles, up to ten times the base", () => {
    const policy = createRetryPolicy({ retryOn: "5xx" });
    const longest = [1, 2, 3, 4, 5, 6].map((retry) => policy.backoffMs(retry, randomOf(0.5)) * 2);
    expect(longest).toEqual([25, 50, 100, 200, 250, 250]);
    expect(policy.backoffMs(3, randomOf(0))).toBe(0);
  });

  test("waits as long as it is told", () => {
    const policy = createRetryPolicy({ retryOn: "5xx", backoff: { baseMs: 10, maxMs: 15 } });
    expect([1, 2, 3].map((retry) => policy.backoffMs(retry, randomOf(0.5)))).toEqual([5, 7.5, 7.5]);
  });

  test("a retry number far beyond any policy still waits no longer than the maximum", () => {
    expect(createRetryPolicy({ retryOn: "5xx" }).backoffMs(5_000, randomOf(0.5))).toBe(125);
  });

  test.each<{ options: Partial<RetryPolicyOptions>; text: string }>([
    { options: {}, text: "retry on 5xx, reset; 1 retry; back-off 25 to 250 ms" },
    {
      options: { numRetries: 3, perTryTimeoutMs: 200, backoff: { baseMs: 10, maxMs: 20 } },
      text: "retry on 5xx, reset; 3 retries; back-off 10 to 20 ms; 200 ms per try",
    },
    { options: { numRetries: 0 }, text: "no retries" },
    { options: { retryOn: "" }, text: "no retries" },
  ])("prints itself: $text", ({ options, text }) => {
    expect(String(createRetryPolicy({ retryOn: "5xx,reset", ...options }))).toBe(text);
  });

  test.each<{ options: Partial<RetryPolicyOptions>; message: string }>([
    { options: { numRetries: -1 }, message: "numRetries must be an integer from 0, got -1" },
    { options: { numRetries: 1.5 }, message: "numRetries must be an integer from 0, got 1.5" },
    {
      options: { retriableStatusCodes: [99] },
      message: "retriableStatusCodes must be integers from 100 to 599, got 99",
    },
    { options: { perTryTimeoutMs: 0 }, message: "perTryTimeoutMs must be over 0 ms, got 0" },
    { options: { backoff: { baseMs: 0 } }, message: "backoff.baseMs must be 1 ms or more, got 0" },
    {
      options: { backoff: { baseMs: 50, maxMs: 20 } },
      message: "backoff.maxMs must be at least baseMs (50 ms), got 20",
    },
  ])("refuses what makes no sense: $message", ({ options, message }) => {
    expect(() => createRetryPolicy({ retryOn: "5xx", ...options })).toThrow(
      new RangeError(`retry: ${message}`),
    );
  });
});

import type { Exchange, Execution } from "@dualmesh/core";
import { type HeaderInput, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type AttemptResult, createRetryPolicy, type ResetReason } from "../src/index.ts";

const GET = textRequest().head;
const POST = textRequest({ method: "POST" }).head;

function answered(status: number, headers: HeaderInput = {}): AttemptResult {
  return { status, headers: textResponse(status, "", headers).head.headers, execution: "executed" };
}

function reset(reason: ResetReason, execution: Execution = "in-doubt"): AttemptResult {
  return { status: 0, reset: reason, execution };
}

/** Which of the given statuses a policy repeats. */
function repeated(retryOn: string, statuses: readonly number[]): number[] {
  const policy = createRetryPolicy({ retryOn, retriableStatusCodes: [418, 429] });
  return statuses.filter((status) => policy.judge(answered(status), GET) !== undefined);
}

const STATUSES = [200, 304, 400, 404, 409, 418, 429, 500, 501, 502, 503, 504, 505, 599];
const RESETS: readonly ResetReason[] = [
  "connect-failure",
  "reset-before-request",
  "refused-stream",
  "reset",
  "per-try-timeout",
];

describe("responses", () => {
  test.each([
    { retryOn: "5xx", statuses: [500, 501, 502, 503, 504, 505, 599] },
    { retryOn: "gateway-error", statuses: [502, 503, 504] },
    { retryOn: "retriable-4xx", statuses: [409] },
    { retryOn: "retriable-status-codes", statuses: [418, 429] },
    { retryOn: "retriable-4xx,retriable-status-codes", statuses: [409, 418, 429] },
    { retryOn: "reset,connect-failure,refused-stream,reset-before-request,reset-idempotent", statuses: [] },
    { retryOn: "no-such-thing", statuses: [] },
    { retryOn: "", statuses: [] },
  ])("$retryOn repeats $statuses", ({ retryOn, statuses }) => {
    expect(repeated(retryOn, STATUSES)).toEqual(statuses);
  });

  test("the request's method does not count: a POST is repeated like any other", () => {
    expect(createRetryPolicy({ retryOn: "5xx" }).judge(answered(503), POST)).toBe("5xx");
  });

  test("with retriable-headers, the policy's predicate decides", () => {
    const policy = createRetryPolicy({
      retryOn: "retriable-headers",
      retriableResponse: (head) => head.headers.get("x-retry") === "yes",
    });
    expect(policy.judge(answered(200, { "x-retry": "yes" }), GET)).toBe("retriable-headers");
    expect(policy.judge(answered(200, { "x-retry": "no" }), GET)).toBeUndefined();
  });

  test("without retriable-headers, the predicate is not asked", () => {
    const policy = createRetryPolicy({ retryOn: "5xx", retriableResponse: () => true });
    expect(policy.judge(answered(200), GET)).toBeUndefined();
  });
});

describe("x-envoy-ratelimited", () => {
  const limited = (status: number): AttemptResult => answered(status, { "x-envoy-ratelimited": "true" });

  test("stops every other condition", () => {
    expect(createRetryPolicy({ retryOn: "5xx,gateway-error" }).judge(limited(503), GET)).toBeUndefined();
  });

  test("is repeated where the policy says so, whatever the status", () => {
    const policy = createRetryPolicy({ retryOn: "envoy-ratelimited,5xx" });
    expect(policy.judge(limited(503), GET)).toBe("envoy-ratelimited");
    expect(policy.judge(limited(429), GET)).toBe("envoy-ratelimited");
    expect(policy.judge(answered(429), GET)).toBeUndefined();
  });
});

describe("gRPC statuses in the response head", () => {
  test.each([
    { retryOn: "cancelled", status: "1" },
    { retryOn: "deadline-exceeded", status: "4" },
    { retryOn: "resource-exhausted", status: "8" },
    { retryOn: "internal", status: "13" },
    { retryOn: "unavailable", status: "14" },
  ])("$retryOn repeats grpc-status $status and no other", ({ retryOn, status }) => {
    const policy = createRetryPolicy({ retryOn });
    expect(policy.judge(answered(200, { "grpc-status": status }), POST)).toBe(retryOn);
    expect(policy.judge(answered(200, { "grpc-status": "2" }), POST)).toBeUndefined();
    expect(policy.judge(answered(200, { "grpc-status": "x" }), POST)).toBeUndefined();
    expect(policy.judge(answered(200), POST)).toBeUndefined();
  });

  test("a status that somebody has read already counts before the header", () => {
    const policy = createRetryPolicy({ retryOn: "unavailable" });
    const result: AttemptResult = { status: 200, execution: "executed", grpcCode: "UNAVAILABLE" };
    expect(policy.judge(result, POST)).toBe("unavailable");
  });
});

describe("resets", () => {
  test.each([
    { retryOn: "5xx", resets: RESETS },
    { retryOn: "gateway-error", resets: RESETS },
    { retryOn: "reset", resets: RESETS },
    { retryOn: "connect-failure", resets: ["connect-failure"] },
    { retryOn: "reset-before-request", resets: ["connect-failure", "reset-before-request"] },
    { retryOn: "refused-stream", resets: ["refused-stream"] },
    { retryOn: "retriable-4xx,retriable-status-codes,unavailable", resets: [] },
  ])("$retryOn repeats $resets", ({ retryOn, resets }) => {
    const policy = createRetryPolicy({ retryOn });
    expect(RESETS.filter((reason) => policy.judge(reset(reason), POST) !== undefined)).toEqual(resets);
  });

  test("the condition that is named is the closest one", () => {
    const policy = createRetryPolicy({ retryOn: "5xx,reset,connect-failure" });
    expect(policy.judge(reset("connect-failure"), GET)).toBe("connect-failure");
    expect(policy.judge(reset("reset"), GET)).toBe("reset");
  });
});

describe("reset-idempotent", () => {
  const policy = createRetryPolicy({ retryOn: "reset-idempotent" });

  test.each(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])(
    "repeats a %s that may have arrived",
    (method) => {
      expect(policy.judge(reset("reset"), textRequest({ method }).head)).toBe("reset-idempotent");
    },
  );

  test.each(["POST", "PATCH", "get", ""])('never repeats a "%s" that may have arrived', (method) => {
    expect(policy.judge(reset("reset"), textRequest({ method }).head)).toBeUndefined();
    expect(policy.judge(reset("per-try-timeout"), textRequest({ method }).head)).toBeUndefined();
  });

  test("repeats a POST that carries an idempotency key", () => {
    const { head } = textRequest({ method: "POST", headers: { "Idempotency-Key": "8e03978e" } });
    expect(policy.judge(reset("reset"), head)).toBe("reset-idempotent");
  });

  test("repeats a POST that was not executed", () => {
    expect(policy.judge(reset("refused-stream", "not-executed"), POST)).toBe("reset-idempotent");
  });

  test("leaves responses alone", () => {
    expect(policy.judge(answered(503), GET)).toBeUndefined();
  });
});

describe("one-way requests", () => {
  const exchange: Exchange = "oneway";
  const { head } = textRequest({ exchange });

  test("are never repeated when they may have arrived", () => {
    const policy = createRetryPolicy({ retryOn: "5xx,reset" });
    expect(policy.judge(reset("reset"), head)).toBeUndefined();
    expect(policy.judge(answered(503), head)).toBeUndefined();
  });

  test("are repeated when they were not sent", () => {
    const policy = createRetryPolicy({ retryOn: "connect-failure" });
    expect(policy.judge(reset("connect-failure", "not-executed"), head)).toBe("connect-failure");
  });
});

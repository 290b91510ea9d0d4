import { type HeaderInput, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createRetryPolicy, withHeaderOverrides } from "../src/index.ts";

const request = (headers: HeaderInput, method = "GET") => textRequest({ method, headers }).head;
const policy = createRetryPolicy({ retryOn: "reset", numRetries: 2, backoff: { baseMs: 10 } });

describe("what a request says about its retries", () => {
  test("nothing: the policy stays the same object, and none stays none", () => {
    expect(withHeaderOverrides(policy, request({ "x-envoy-attempt-count": "1" }))).toBe(policy);
    expect(withHeaderOverrides(undefined, request({ accept: "*/*" }))).toBeUndefined();
  });

  test("conditions are added to the policy's, and its back-off stays", () => {
    const changed = withHeaderOverrides(policy, request({ "X-Envoy-Retry-On": "5xx, reset" }));
    expect(String(changed)).toBe("retry on reset, 5xx; 2 retries; back-off 10 to 100 ms");
  });

  test("conditions alone make a policy, with one retry", () => {
    const made = withHeaderOverrides(undefined, request({ "x-envoy-retry-on": "5xx" }));
    expect(String(made)).toBe("retry on 5xx; 1 retry; back-off 25 to 250 ms");
  });

  test("each of the two lists takes its own names only", () => {
    const made = withHeaderOverrides(
      undefined,
      request({ "x-envoy-retry-on": "5xx,unavailable", "x-envoy-retry-grpc-on": "internal,reset" }),
    );
    expect(made?.conditions).toEqual(["5xx", "internal"]);
  });

  test.each([
    { text: "5", retries: 5 },
    { text: "0", retries: 0 },
    { text: " 3 ", retries: 3 },
    { text: "-1", retries: 2 },
    { text: "1.5", retries: 2 },
    { text: "many", retries: 2 },
    { text: "", retries: 2 },
  ])('x-envoy-max-retries "$text" gives $retries where the policy has 2', ({ text, retries }) => {
    const headers = { "x-envoy-retry-on": "5xx", "x-envoy-max-retries": text };
    expect(withHeaderOverrides(policy, request(headers))?.numRetries).toBe(retries);
  });

  test("a number of retries without any condition retries nothing", () => {
    const made = withHeaderOverrides(undefined, request({ "x-envoy-max-retries": "3" }));
    expect(String(made)).toBe("no retries");
  });

  test("the time per try replaces the policy's", () => {
    const headers = { "x-envoy-upstream-rq-per-try-timeout-ms": "150" };
    expect(withHeaderOverrides(policy, request(headers))?.perTryTimeoutMs).toBe(150);
  });

  test("status codes are added, and count with their condition", () => {
    const listed = createRetryPolicy({ retryOn: "retriable-status-codes", retriableStatusCodes: [418] });
    const changed = withHeaderOverrides(
      listed,
      request({ "x-envoy-retriable-status-codes": "404, x, 99,425" }),
    );
    const retried = [404, 418, 425, 429].filter(
      (status) => changed?.judge({ status, execution: "executed" }, request({})) !== undefined,
    );
    expect(retried).toEqual([404, 418, 425]);
  });

  test("header names are added to the policy's predicate", () => {
    const listed = createRetryPolicy({
      retryOn: "retriable-headers",
      retriableResponse: (head) => head.headers.has("x-again"),
    });
    const changed = withHeaderOverrides(
      listed,
      request({ "x-envoy-retriable-header-names": "X-Upstream-Retry" }),
    );
    const judged = ["x-again", "x-upstream-retry", "x-other"].map((name) => {
      const { headers } = textResponse(200, "", { [name]: "1" }).head;
      return changed?.judge({ status: 200, headers, execution: "executed" }, request({}));
    });
    expect(judged).toEqual(["retriable-headers", "retriable-headers", undefined]);
  });

  test("a request that the policy's route does not retry cannot ask for it", () => {
    const getOnly = createRetryPolicy({ retryOn: "5xx", retriableRequest: (head) => head.method === "GET" });
    const headers = { "x-envoy-retry-on": "5xx" };
    expect(withHeaderOverrides(getOnly, request({}))).toBe(getOnly);
    expect(String(withHeaderOverrides(getOnly, request(headers, "POST")))).toBe("no retries");
    expect(String(withHeaderOverrides(getOnly, request({}, "POST")))).toBe("no retries");
  });
});

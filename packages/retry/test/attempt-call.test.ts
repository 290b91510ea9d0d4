import { CANCELLED, createAttribute, createCall, type Outcome } from "@dualmesh/core";
import { callFor, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { attemptCall } from "../src/index.ts";

const DONE: Outcome = { code: "OK", status: 200, flag: "", details: "via_upstream", execution: "executed" };

describe("an attempt as a call", () => {
  test("shares route, attributes and informational responses with the whole call", () => {
    const heads: number[] = [];
    const whole = createCall({ informational: (head) => heads.push(head.status) });
    const attempt = attemptCall(whole, 0, 100);
    const user = createAttribute("user", "nobody");
    attempt.set(user, "anna");
    expect(whole.get(user)).toBe("anna");
    expect(attempt.get(user)).toBe("anna");
    expect(attempt.informational).toBe(whole.informational);
    expect(attempt.clock).toBe(whole.clock);
  });

  test("has a deadline of its own, which cannot move back", () => {
    const whole = callFor(manualClock(), { timeoutMs: 1_000 });
    const attempt = attemptCall(whole, 0, 100);
    attempt.limitDeadline(50);
    attempt.limitDeadline(500);
    expect([attempt.deadlineMs, whole.deadlineMs]).toEqual([50, 1_000]);
  });

  test("can be cancelled while the whole call goes on", () => {
    const whole = createCall();
    const attempt = attemptCall(whole, 0, 100);
    const { signal } = attempt;
    attempt.cancel(CANCELLED);
    expect(attempt.cancelled).toBe(CANCELLED);
    expect(signal.aborted).toBe(true);
    expect(whole.cancelled).toBeUndefined();
  });

  test("ends on its own, and tells observers which attempt it was", () => {
    const whole = createCall();
    whole.beginAttempt();
    const attempt = attemptCall(whole, 0, 100);
    const seen: unknown[] = [];
    attempt.onEnd((outcome, call) => seen.push(outcome.status, call === attempt, call.attempt));
    attempt.end(DONE);
    expect(seen).toEqual([200, true, 1]);
    expect(whole.outcome).toBeUndefined();
  });

  test("counts the attempts of a loop further in for the whole call", () => {
    const whole = createCall();
    whole.beginAttempt();
    const attempt = attemptCall(whole, 0, 100);
    expect(attempt.beginAttempt()).toBe(2);
    expect(whole.attempt).toBe(2);
  });
});

import { BodyPipe, createTimerWheel, type Reset } from "@dualmesh/core";
import { bodyText, callFor, manualClock, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { attemptLoop } from "./attempt-loop.ts";

describe("the time per try", () => {
  test("gives a slow attempt up and tries again", async () => {
    const { response, handle, clock, metrics } = attemptLoop({ retryOn: "5xx", perTryTimeoutMs: 200 });
    const slow = await handle.next();
    await clock.advanceAsync(200);
    expect(slow.call.cancelled?.flag).toBe("UT");
    await clock.advanceAsync(12.5);
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
    expect(metrics.value("upstream_rq_per_try_timeout")).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test("may be kept by a wheel of timers", async () => {
    const clock = manualClock();
    const timers = createTimerWheel({ clock });
    const call = callFor(clock);
    const { response, handle } = attemptLoop({ perTryTimeoutMs: 200, numRetries: 1 }, { call, timers });
    await handle.next();
    expect(timers.size).toBe(1);
    await clock.advanceAsync(200 + 12.5);
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
    expect(timers.size).toBe(0);
  });

  test("of all tries spent is Envoy's 504", async () => {
    const { response, clock } = attemptLoop({ perTryTimeoutMs: 200, numRetries: 1 });
    await clock.advanceAsync(1_000);
    const { head, body } = await response;
    expect(head).toMatchObject({
      status: 504,
      local: { flag: "UT", details: "upstream_per_try_timeout", execution: "in-doubt" },
    });
    expect(await bodyText(body)).toBe("upstream request timeout");
  });

  test("does not touch an answer whose head came in time", async () => {
    const { response, handle, clock, call } = attemptLoop({ perTryTimeoutMs: 200 });
    const asked = await handle.next();
    asked.answer(textResponse(200));
    await response;
    await clock.advanceAsync(500);
    expect(asked.call.cancelled).toBeUndefined();
    expect(call.cancelled).toBeUndefined();
  });

  test("discards what a slow attempt answers after all", async () => {
    const cancels: Reset[] = [];
    const late = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const { handle, clock } = attemptLoop({ perTryTimeoutMs: 200 });
    const slow = await handle.next();
    await clock.advanceAsync(250);
    slow.answer(textResponse(200, late));
    await clock.advanceAsync(0);
    expect(cancels).toMatchObject([{ flag: "UT" }]);
  });

  test("bounds the attempt's deadline, and is ignored where the call's is nearer", async () => {
    const clock = manualClock();
    const near = attemptLoop({ perTryTimeoutMs: 200 }, { call: callFor(clock, { timeoutMs: 150 }) });
    expect((await near.handle.next()).call.deadlineMs).toBe(150);
    expect(clock.pendingTimers).toBe(0);
    const far = attemptLoop({ perTryTimeoutMs: 200 }, { call: callFor(clock, { timeoutMs: 1_000 }) });
    expect((await far.handle.next()).call.deadlineMs).toBe(200);
  });
});

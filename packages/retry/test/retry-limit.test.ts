import { textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createRetryBudget, RETRY_FLAG } from "../src/index.ts";
import { attemptLoop, GONE } from "./attempt-loop.ts";

describe("a limit on retries", () => {
  test("that is reached makes the answer at hand the answer, and says so", async () => {
    const limit = createRetryBudget({ minRetryConcurrency: 0, active: () => 0 });
    const { response, handle, call, metrics } = attemptLoop({}, { limit });
    (await handle.next()).answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe("UO");
    expect(metrics.value("upstream_rq_retry_overflow")).toBe(1);
  });

  test("counts a retry from the decision until its answer", async () => {
    const limit = createRetryBudget({ active: () => 0 });
    const { response, handle, clock } = attemptLoop({}, { limit });
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(0);
    expect(limit.active).toBe(1);
    await clock.advanceAsync(12.5);
    expect(limit.active).toBe(1);
    (await handle.next()).answer(textResponse(200));
    await response;
    expect(limit.active).toBe(0);
  });

  test.each([
    { name: "a cancelled back-off", ms: 1 },
    { name: "a rejected retry", ms: 20 },
  ])("gets its ticket back after $name", async ({ ms }) => {
    const limit = createRetryBudget({ active: () => 0 });
    const { response, handle, clock, call } = attemptLoop({}, { limit });
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(ms);
    void handle.next().then((asked) => asked.reject(new Error("cancelled")));
    call.cancel(GONE);
    await expect(response).rejects.toThrow();
    expect(limit.active).toBe(0);
  });
});

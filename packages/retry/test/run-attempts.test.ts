import { BodyPipe, MeshError, resetReply } from "@dualmesh/core";
import { bodyText, callFor, manualClock, randomOf, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { RETRY_FLAG } from "../src/index.ts";
import { attemptLoop, CUT, GONE, REFUSED } from "./attempt-loop.ts";

describe("the loop of attempts", () => {
  test("gives the first answer that is final", async () => {
    const { response, handle, clock, metrics } = attemptLoop();
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(12.5);
    (await handle.next()).reset(REFUSED);
    await clock.advanceAsync(25);
    (await handle.next()).answer(textResponse(200, "third try"));
    expect(await bodyText((await response).body)).toBe("third try");
    expect(metrics.value("upstream_rq_retry")).toBe(2);
    expect(metrics.value("upstream_rq_retry_success")).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test("is in doubt as a whole when an attempt may have been executed, though the last was not", async () => {
    const { response, handle, clock } = attemptLoop();
    (await handle.next()).reset(CUT);
    await clock.advanceAsync(12.5);
    (await handle.next()).reset(REFUSED);
    await clock.advanceAsync(25);
    (await handle.next()).reset(REFUSED);
    expect((await response).head.local).toMatchObject({ flag: "UF", execution: "in-doubt" });
    const unsent = attemptLoop({ numRetries: 1 });
    (await unsent.handle.next()).reset(REFUSED);
    await unsent.clock.advanceAsync(12.5);
    (await unsent.handle.next()).reset(REFUSED);
    expect((await unsent.response).head.local).toMatchObject({ execution: "not-executed" });
  });

  test("waits out the back-off, and not a moment less", async () => {
    const { handle, clock } = attemptLoop();
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(12.4);
    expect(handle.asked).toBe(1);
    await clock.advanceAsync(0.1);
    expect(handle.asked).toBe(2);
  });

  test("gives the last answer when the retries are used up, and says so", async () => {
    const { response, handle, clock, call, metrics } = attemptLoop({ numRetries: 1 });
    (await handle.next()).answer(textResponse(500));
    await clock.advanceAsync(25);
    (await handle.next()).answer(textResponse(503, "again"));
    expect(await bodyText((await response).body)).toBe("again");
    expect(call.get(RETRY_FLAG)).toBe("URX");
    expect(metrics.value("upstream_rq_retry_limit_exceeded")).toBe(1);
  });

  test.each([
    { name: "no retries", policy: { numRetries: 0 }, request: textRequest(), flag: "URX" },
    {
      name: "no retries, and a streamed body,",
      policy: { numRetries: 0 },
      request: textRequest({ body: new BodyPipe() }),
      flag: "URX",
    },
    { name: "no conditions", policy: { retryOn: "" }, request: textRequest(), flag: "" },
  ])("with $name makes one attempt", async ({ policy, request, flag }) => {
    const { response, handle, call } = attemptLoop(policy, { request });
    (await handle.next()).answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe(flag);
  });

  test("numbers the attempts, in the call and in each attempt", async () => {
    const { handle, clock, call } = attemptLoop();
    const first = await handle.next();
    expect([first.call.attempt, call.attempt]).toEqual([1, 1]);
    first.answer(textResponse(503));
    await clock.advanceAsync(25);
    const second = await handle.next();
    expect([first.call.attempt, second.call.attempt, call.attempt]).toEqual([1, 2, 2]);
  });

  test("passes a rejection on, and ends its attempt", async () => {
    const { response, handle } = attemptLoop();
    const asked = await handle.next();
    asked.reject(new MeshError("INTERNAL", "a defect"));
    await expect(response).rejects.toThrow("a defect");
    expect(asked.call.outcome?.code).toBe("INTERNAL");
  });

  test("leaves a refusal that no attempt would change as it is", async () => {
    const { response, handle } = attemptLoop({ retryOn: "5xx,reset" });
    (await handle.next()).reset({ ...REFUSED, flag: "UO", message: "overflow" });
    expect((await response).head.local?.flag).toBe("UO");
  });
});

describe("a deadline", () => {
  test("that a wait would outlast makes the answer at hand the answer", async () => {
    const clock = manualClock();
    const { response, handle } = attemptLoop({}, { call: callFor(clock, { timeoutMs: 12 }) });
    (await handle.next()).answer(textResponse(503, "no time left"));
    expect(await bodyText((await response).body)).toBe("no time left");
  });

  test("counts the time that attempts took", async () => {
    const clock = manualClock();
    const { response, handle } = attemptLoop({}, { call: callFor(clock, { timeoutMs: 100 }) });
    const asked = await handle.next();
    await clock.advanceAsync(90);
    asked.answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(handle.asked).toBe(1);
  });
});

describe("a cancelled call", () => {
  test("cancels the attempt that is under way, and no other follows", async () => {
    const { response, handle, call } = attemptLoop();
    const asked = await handle.next();
    asked.call.onCancel((reason) => asked.reset(reason));
    call.cancel(GONE);
    expect((await response).head.local?.flag).toBe("DC");
    expect(handle.asked).toBe(1);
  });

  test("is not retried when the attempt fails of it", async () => {
    const { response, handle, call } = attemptLoop({ retryOn: "reset" });
    const asked = await handle.next();
    call.cancel(GONE);
    asked.reset(CUT);
    expect((await response).head.local?.flag).toBe("UC");
  });

  test("ends a back-off at once, and leaves no timer", async () => {
    const { response, handle, clock, call } = attemptLoop();
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(1);
    call.cancel(GONE);
    await expect(response).rejects.toThrow("the client went away");
    expect(clock.pendingTimers).toBe(0);
    expect(handle.asked).toBe(1);
  });
});

describe("chance", () => {
  test("is drawn once per retry, and never for a call that succeeds", async () => {
    const { response, handle } = attemptLoop({}, { random: randomOf() });
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
  });
});

test("a local reply that stands for a reset keeps its flag as the final answer", async () => {
  const { response, handle } = attemptLoop({ numRetries: 0 });
  (await handle.next()).answer(resetReply(CUT));
  expect((await response).head).toMatchObject({ status: 503, local: { flag: "UC", execution: "in-doubt" } });
});

import {
  BodyPipe,
  bytesBody,
  type Call,
  MeshError,
  type Outcome,
  type Reset,
  resetReply,
} from "@dualmesh/core";
import {
  bodyText,
  callFor,
  type ManualClock,
  manualClock,
  mockService,
  randomOf,
  recordingMetrics,
  textRequest,
  textResponse,
} from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  createRetryBudget,
  createRetryPolicy,
  createRetryStats,
  RETRY_FLAG,
  type RetryPolicyOptions,
  type RunAttemptsOptions,
  runAttempts,
} from "../src/index.ts";

const REFUSED: Reset = {
  code: "UNAVAILABLE",
  flag: "UF",
  message: "connection refused",
  execution: "not-executed",
};
const CUT: Reset = {
  code: "UNAVAILABLE",
  flag: "UC",
  message: "connection termination",
  execution: "in-doubt",
};
const GONE: Reset = { code: "CANCELLED", flag: "DC", message: "the client went away", execution: "in-doubt" };

/** A loop over a mock service, with half the longest back-off each time: 12.5, 25, 50 ms. */
function loop(policy: Partial<RetryPolicyOptions> = {}, options: Partial<RunAttemptsOptions> = {}) {
  const { service, handle } = mockService();
  const clock: ManualClock = manualClock();
  const call: Call = options.call ?? callFor(clock);
  const metrics = recordingMetrics();
  const response = runAttempts({
    request: textRequest(),
    call,
    policy: createRetryPolicy({ retryOn: "5xx", numRetries: 2, ...policy }),
    tryOnce: service,
    random: () => 0.5,
    stats: createRetryStats(metrics),
    ...options,
  });
  response.catch(() => {});
  return { response, handle, clock, call, metrics };
}

describe("the loop of attempts", () => {
  test("gives the first answer that is final", async () => {
    const { response, handle, clock, metrics } = loop();
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

  test("waits out the back-off, and not a moment less", async () => {
    const { handle, clock } = loop();
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(12.4);
    expect(handle.asked).toBe(1);
    await clock.advanceAsync(0.1);
    expect(handle.asked).toBe(2);
  });

  test("gives the last answer when the retries are used up, and says so", async () => {
    const { response, handle, clock, call, metrics } = loop({ numRetries: 1 });
    (await handle.next()).answer(textResponse(500));
    await clock.advanceAsync(25);
    (await handle.next()).answer(textResponse(503, "again"));
    expect(await bodyText((await response).body)).toBe("again");
    expect(call.get(RETRY_FLAG)).toBe("URX");
    expect(metrics.value("upstream_rq_retry_limit_exceeded")).toBe(1);
  });

  test.each([
    { name: "no retries", policy: { numRetries: 0 }, flag: "URX" },
    { name: "no conditions", policy: { retryOn: "" }, flag: "" },
  ])("with $name makes one attempt", async ({ policy, flag }) => {
    const { response, handle, call } = loop(policy);
    (await handle.next()).answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe(flag);
  });

  test("numbers the attempts, in the call and in each attempt", async () => {
    const { handle, clock, call } = loop();
    const first = await handle.next();
    expect([first.call.attempt, call.attempt]).toEqual([1, 1]);
    first.answer(textResponse(503));
    await clock.advanceAsync(25);
    const second = await handle.next();
    expect([first.call.attempt, second.call.attempt, call.attempt]).toEqual([1, 2, 2]);
  });

  test("passes a rejection on, and ends its attempt", async () => {
    const { response, handle } = loop();
    const asked = await handle.next();
    asked.reject(new MeshError("INTERNAL", "a defect"));
    await expect(response).rejects.toThrow("a defect");
    expect(asked.call.outcome?.code).toBe("INTERNAL");
  });

  test("leaves a refusal that no attempt would change as it is", async () => {
    const { response, handle } = loop({ retryOn: "5xx,reset" });
    (await handle.next()).reset({ ...REFUSED, flag: "UO", message: "overflow" });
    expect((await response).head.local?.flag).toBe("UO");
  });
});

describe("a deadline", () => {
  test("that a wait would outlast makes the answer at hand the answer", async () => {
    const clock = manualClock();
    const { response, handle } = loop({}, { call: callFor(clock, { timeoutMs: 12 }) });
    (await handle.next()).answer(textResponse(503, "no time left"));
    expect(await bodyText((await response).body)).toBe("no time left");
  });

  test("counts the time that attempts took", async () => {
    const clock = manualClock();
    const { response, handle } = loop({}, { call: callFor(clock, { timeoutMs: 100 }) });
    const asked = await handle.next();
    await clock.advanceAsync(90);
    asked.answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(handle.asked).toBe(1);
  });
});

describe("a cancelled call", () => {
  test("cancels the attempt that is under way, and no other follows", async () => {
    const { response, handle, call } = loop();
    const asked = await handle.next();
    asked.call.onCancel((reason) => asked.reset(reason));
    call.cancel(GONE);
    expect((await response).head.local?.flag).toBe("DC");
    expect(handle.asked).toBe(1);
  });

  test("is not retried when the attempt fails of it", async () => {
    const { response, handle, call } = loop({ retryOn: "reset" });
    const asked = await handle.next();
    call.cancel(GONE);
    asked.reset(CUT);
    expect((await response).head.local?.flag).toBe("UC");
  });

  test("ends a back-off at once, and leaves no timer", async () => {
    const { response, handle, clock, call } = loop();
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(1);
    call.cancel(GONE);
    await expect(response).rejects.toThrow("the client went away");
    expect(clock.pendingTimers).toBe(0);
    expect(handle.asked).toBe(1);
  });
});

describe("an attempt", () => {
  test("ends when it is given up, and the last one with the call", async () => {
    const { response, handle, clock, call } = loop();
    const first = await handle.next();
    first.answer(textResponse(503));
    await clock.advanceAsync(25);
    const second = await handle.next();
    expect(first.call.outcome).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    second.answer(textResponse(200));
    await response;
    expect(second.call.outcome).toBeUndefined();
    const outcome: Outcome = {
      code: "OK",
      status: 200,
      flag: "",
      details: "via_upstream",
      execution: "executed",
    };
    call.end(outcome);
    expect(second.call.outcome).toBe(outcome);
    expect(first.call.outcome?.status).toBe(503);
  });

  test("that is given up has its answer's body discarded", async () => {
    const cancels: Reset[] = [];
    const body = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const { handle, clock } = loop();
    (await handle.next()).answer(textResponse(503, body));
    await clock.advanceAsync(0);
    expect(cancels).toMatchObject([{ code: "CANCELLED", message: "another attempt is made" }]);
  });

  test("sees the request as it came, whatever was done to the one before", async () => {
    const request = textRequest({ headers: { "x-user": "7" }, body: "hello" });
    const { handle, clock } = loop({}, { request });
    const first = await handle.next();
    first.request.head.path = "/rewritten";
    first.request.head.headers.append("x-hop", "1");
    first.request.body = bytesBody("compressed");
    first.answer(textResponse(503));
    await clock.advanceAsync(25);
    const { head, body } = (await handle.next()).request;
    expect(head.path).toBe("/");
    expect([...head.headers]).toEqual([["x-user", "7"]]);
    expect(await bodyText(body)).toBe("hello");
  });

  test("gets a streaming body from its beginning", async () => {
    const body = new BodyPipe();
    const { handle, clock } = loop({}, { request: textRequest({ body }) });
    body.write(Buffer.from("hel"));
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(25);
    const second = await handle.next();
    body.write(Buffer.from("lo"));
    body.end();
    expect(await bodyText(second.request.body)).toBe("hello");
  });

  test("is the last one once more of the body has come than is kept", async () => {
    const body = new BodyPipe();
    const { response, handle, call } = loop({}, { request: textRequest({ body }), maxReplayBytes: 4 });
    const asked = await handle.next();
    body.write(Buffer.from("hello"));
    asked.answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe("");
  });

  test("that answers while the body still streams gets the rest of it", async () => {
    const body = new BodyPipe();
    const { response, handle } = loop({}, { request: textRequest({ body }) });
    const asked = await handle.next();
    asked.answer(textResponse(200));
    await response;
    body.write(Buffer.from("x".repeat(100_000)));
    body.end();
    expect(await bodyText(asked.request.body)).toHaveLength(100_000);
  });
});

describe("the time per try", () => {
  test("gives a slow attempt up and tries again", async () => {
    const { response, handle, clock, metrics } = loop({ retryOn: "5xx", perTryTimeoutMs: 200 });
    const slow = await handle.next();
    await clock.advanceAsync(200);
    expect(slow.call.cancelled?.flag).toBe("UT");
    await clock.advanceAsync(12.5);
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
    expect(metrics.value("upstream_rq_per_try_timeout")).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test("of all tries spent is Envoy's 504", async () => {
    const { response, clock } = loop({ perTryTimeoutMs: 200, numRetries: 1 });
    await clock.advanceAsync(1_000);
    const { head, body } = await response;
    expect(head).toMatchObject({
      status: 504,
      local: { flag: "UT", details: "upstream_per_try_timeout", execution: "in-doubt" },
    });
    expect(await bodyText(body)).toBe("upstream request timeout");
  });

  test("does not touch an answer whose head came in time", async () => {
    const { response, handle, clock, call } = loop({ perTryTimeoutMs: 200 });
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
    const { handle, clock } = loop({ perTryTimeoutMs: 200 });
    const slow = await handle.next();
    await clock.advanceAsync(250);
    slow.answer(textResponse(200, late));
    await clock.advanceAsync(0);
    expect(cancels).toMatchObject([{ flag: "UT" }]);
  });

  test("bounds the attempt's deadline, and is ignored where the call's is nearer", async () => {
    const clock = manualClock();
    const near = loop({ perTryTimeoutMs: 200 }, { call: callFor(clock, { timeoutMs: 150 }) });
    expect((await near.handle.next()).call.deadlineMs).toBe(150);
    expect(clock.pendingTimers).toBe(0);
    const far = loop({ perTryTimeoutMs: 200 }, { call: callFor(clock, { timeoutMs: 1_000 }) });
    expect((await far.handle.next()).call.deadlineMs).toBe(200);
  });
});

describe("a limit on retries", () => {
  test("that is reached makes the answer at hand the answer, and says so", async () => {
    const limit = createRetryBudget({ minRetryConcurrency: 0, active: () => 0 });
    const { response, handle, call, metrics } = loop({}, { limit });
    (await handle.next()).answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe("UO");
    expect(metrics.value("upstream_rq_retry_overflow")).toBe(1);
  });

  test("counts a retry from the decision until its answer", async () => {
    const limit = createRetryBudget({ active: () => 0 });
    const { response, handle, clock } = loop({}, { limit });
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
    const { response, handle, clock, call } = loop({}, { limit });
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(ms);
    void handle.next().then((asked) => asked.reject(new Error("cancelled")));
    call.cancel(GONE);
    await expect(response).rejects.toThrow();
    expect(limit.active).toBe(0);
  });
});

describe("chance", () => {
  test("is drawn once per retry, and never for a call that succeeds", async () => {
    const { response, handle } = loop({}, { random: randomOf() });
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
  });
});

test("a local reply that stands for a reset keeps its flag as the final answer", async () => {
  const { response, handle } = loop({ numRetries: 0 });
  (await handle.next()).answer(resetReply(CUT));
  expect((await response).head).toMatchObject({ status: 503, local: { flag: "UC", execution: "in-doubt" } });
});

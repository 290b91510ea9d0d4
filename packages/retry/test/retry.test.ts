import { type Call, createCall, type Request, type Reset, type Response, stack } from "@dualmesh/core";
import {
  callFor,
  manualClock,
  mockService,
  recordingMetrics,
  type TextRequestOptions,
  textRequest,
  textResponse,
} from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type RetryOptions, retry } from "../src/index.ts";

const CUT: Reset = {
  code: "UNAVAILABLE",
  flag: "UC",
  message: "connection termination",
  execution: "in-doubt",
};
const REFUSED: Reset = {
  code: "UNAVAILABLE",
  flag: "UF",
  message: "connection refused",
  execution: "not-executed",
};

function filtered(options: RetryOptions, requested: TextRequestOptions = {}) {
  const { service, handle } = mockService();
  const clock = manualClock();
  const send = stack<Request, Response>()
    .use("retry", retry({ random: () => 0.5, ...options }))
    .to(service);
  const call = callFor(clock);
  return { send, call, handle, clock, response: send(textRequest(requested), call) };
}

/** What a service answers, one after the other, and how often it was asked. */
async function dialogue(
  options: RetryOptions,
  requested: TextRequestOptions,
  answers: readonly (Response | Reset)[],
): Promise<{ status: number; asked: number }> {
  const { response, handle, clock } = filtered(options, requested);
  void (async () => {
    for (const answer of answers) {
      const asked = await handle.next();
      if ("head" in answer) asked.answer(answer);
      else asked.reset(answer);
    }
  })();
  await clock.advanceAsync(10_000);
  return { status: (await response).head.status, asked: handle.asked };
}

describe("by default", () => {
  test.each<{ name: string; request: TextRequestOptions; failure: Reset | Response; asked: number }>([
    { name: "a refused connection is retried", request: { method: "POST" }, failure: REFUSED, asked: 2 },
    { name: "a GET that was cut off is retried", request: {}, failure: CUT, asked: 2 },
    { name: "a POST that was cut off is not", request: { method: "POST" }, failure: CUT, asked: 1 },
    {
      name: "a POST with an idempotency key is",
      request: { method: "POST", headers: { "idempotency-key": "1" } },
      failure: CUT,
      asked: 2,
    },
    { name: "an answer is not, whatever it says", request: {}, failure: textResponse(503), asked: 1 },
  ])("$name", async ({ request, failure, asked }) => {
    const result = await dialogue({}, request, [failure, textResponse(200)]);
    expect(result.asked).toBe(asked);
  });
});

describe("decisions that were recorded from Envoy 1.40", () => {
  const limited = (status: number): Response => textResponse(status, "", { "x-envoy-ratelimited": "true" });
  const grpc = (status: string): Response => textResponse(200, "", { "grpc-status": status });
  const cases: readonly {
    name: string;
    options: RetryOptions;
    request?: TextRequestOptions;
    answers: readonly (Response | Reset)[];
    status: number;
    asked: number;
  }[] = [
    {
      name: "5xx once",
      options: { retryOn: "5xx" },
      answers: [textResponse(500), textResponse(200)],
      status: 200,
      asked: 2,
    },
    {
      name: "5xx twice, one retry by default",
      options: { retryOn: "5xx" },
      answers: [textResponse(500), textResponse(503)],
      status: 503,
      asked: 2,
    },
    {
      name: "two retries, third try good",
      options: { retryOn: "5xx", numRetries: 2 },
      answers: [textResponse(500), textResponse(502), textResponse(200)],
      status: 200,
      asked: 3,
    },
    {
      name: "two retries, all bad",
      options: { retryOn: "5xx", numRetries: 2 },
      answers: [textResponse(500), textResponse(502), textResponse(503), textResponse(200)],
      status: 503,
      asked: 3,
    },
    {
      name: "gateway-error 500 is final",
      options: { retryOn: "gateway-error" },
      answers: [textResponse(500), textResponse(200)],
      status: 500,
      asked: 1,
    },
    {
      name: "gateway-error reset",
      options: { retryOn: "gateway-error" },
      answers: [CUT, textResponse(200)],
      status: 200,
      asked: 2,
    },
    {
      name: "code 418",
      options: { retryOn: "retriable-status-codes", retriableStatusCodes: [418, 429] },
      answers: [textResponse(418), textResponse(200)],
      status: 200,
      asked: 2,
    },
    {
      name: "retriable-4xx 404 is final",
      options: { retryOn: "retriable-4xx" },
      answers: [textResponse(404), textResponse(200)],
      status: 404,
      asked: 1,
    },
    {
      name: "reset",
      options: { retryOn: "reset", numRetries: 2 },
      answers: [CUT, CUT, textResponse(200)],
      status: 200,
      asked: 3,
    },
    {
      name: "connect-failure does not cover reset",
      options: { retryOn: "connect-failure", numRetries: 2 },
      answers: [CUT, textResponse(200)],
      status: 503,
      asked: 1,
    },
    {
      name: "retriable request header POST",
      options: { retryOn: "5xx", retriableRequest: (head) => head.method === "GET" },
      request: { method: "POST" },
      answers: [textResponse(500), textResponse(200)],
      status: 500,
      asked: 1,
    },
    {
      name: "num_retries 0",
      options: { retryOn: "5xx", numRetries: 0 },
      answers: [textResponse(500), textResponse(200)],
      status: 500,
      asked: 1,
    },
    {
      name: "nobody listens",
      options: { retryOn: "connect-failure" },
      answers: [REFUSED, REFUSED],
      status: 503,
      asked: 2,
    },
    {
      name: "x-envoy-ratelimited stops",
      options: { retryOn: "5xx" },
      answers: [limited(503), textResponse(200)],
      status: 503,
      asked: 1,
    },
    {
      name: "grpc unavailable in headers",
      options: { retryOn: "unavailable,cancelled" },
      request: { method: "POST" },
      answers: [grpc("14"), grpc("0")],
      status: 200,
      asked: 2,
    },
  ];

  test.each(cases)("$name", async ({ options, request = {}, answers, status, asked }) => {
    expect(await dialogue(options, request, answers)).toEqual({ status, asked });
  });
});

describe("the filter", () => {
  test("lets no more than its own budget retry at a time", async () => {
    const { service, handle } = mockService();
    const clock = manualClock();
    const metrics = recordingMetrics();
    const send = retry({ retryOn: "5xx", metrics, metricsPrefix: "orders." })(service);
    const responses = Array.from({ length: 10 }, () => send(textRequest(), callFor(clock)));
    for (let i = 0; i < 10; i++) (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(1_000);
    expect(metrics.value("orders.upstream_rq_retry")).toBe(3);
    expect(metrics.value("orders.upstream_rq_retry_overflow")).toBe(7);
    for (let i = 0; i < 3; i++) (await handle.next()).answer(textResponse(200));
    const statuses = (await Promise.all(responses)).map((response) => response.head.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  });

  test("shows each attempt to what is further in as a call of its own", async () => {
    const seen: string[] = [];
    const { service, handle } = mockService();
    const clock = manualClock();
    const send = stack<Request, Response>()
      .use("retry", retry({ retryOn: "5xx" }))
      .use("observer", (next) => (request: Request, call: Call) => {
        call.onEnd((outcome, attempt) => seen.push(`attempt ${attempt.attempt}: ${outcome.status}`));
        return next(request, call);
      })
      .to(service);
    const call = callFor(clock);
    const response = send(textRequest(), call);
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(25);
    expect(seen).toEqual(["attempt 1: 503"]);
    (await handle.next()).answer(textResponse(200));
    await response;
    call.end({ code: "OK", status: 200, flag: "", details: "via_upstream", execution: "executed" });
    expect(seen).toEqual(["attempt 1: 503", "attempt 2: 200"]);
  });

  test("holds the process while a call waits, and lets it go afterwards", async () => {
    const { handle, clock, response } = filtered({ retryOn: "5xx" });
    const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    (await handle.next()).answer(textResponse(503));
    await clock.advanceAsync(1);
    const during = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    expect(during - before).toBe(1);
    await clock.advanceAsync(25);
    (await handle.next()).answer(textResponse(200));
    await response;
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBe(before);
  });

  test.each([
    {
      options: { maxReplayBytes: -1 },
      message: "retry: maxReplayBytes must be an integer from 0, got -1 bytes",
    },
    { options: { numRetries: -1 }, message: "retry: numRetries must be an integer from 0, got -1" },
  ])("refuses what makes no sense when it is built: $message", ({ options, message }) => {
    expect(() => retry(options)).toThrow(new RangeError(message));
  });

  test("costs a call that succeeds neither chance nor a timer", async () => {
    const { send, handle } = filtered({});
    const response = send(textRequest(), createCall());
    (await handle.next()).answer(textResponse(200));
    (await handle.next()).answer(textResponse(200));
    expect((await response).head.status).toBe(200);
  });
});

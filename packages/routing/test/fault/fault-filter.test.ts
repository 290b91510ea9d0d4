import { CANCELLED, type Request, type Response, responseOutcome, stack } from "@dualmesh/core";
import {
  bodyText,
  callFor,
  manualClock,
  mockService,
  randomOf,
  recordingMetrics,
  textRequest,
  textResponse,
} from "@dualmesh/testkit";
import { expect, test } from "vitest";
import {
  compileFault,
  DELAY_INJECTED,
  type FaultFilterOptions,
  type FaultPolicy,
  faultFilter,
} from "../../src/fault/index.ts";

const ALL = { numerator: 100, denominator: 100 };
const HALF = { numerator: 50, denominator: 100 };
const ABORT = { with: { kind: "http", status: 503 }, share: ALL } as const;

function setUp(policy: FaultPolicy, options: Omit<FaultFilterOptions, "fault"> = {}) {
  const clock = manualClock();
  const metrics = recordingMetrics();
  const { service, handle } = mockService();
  const fault = faultFilter({ metrics, statPrefix: "http.in.", ...options, fault: compileFault(policy) });
  const send = stack<Request, Response>().use("fault", fault).to(service);
  return { clock, metrics, handle, send };
}

test("an abort answers in place of the upstream", async () => {
  const { clock, handle, metrics, send } = setUp({ abort: ABORT });
  const { head, body } = await send(textRequest(), callFor(clock));
  expect([head.status, head.local?.flag, head.local?.details]).toEqual([503, "FI", "fault_filter_abort"]);
  expect(await bodyText(body)).toBe("fault filter abort");
  expect([handle.asked, metrics.value("http.in.fault.aborts_injected")]).toEqual([0, 1]);
});

test("an abort with a gRPC status is 200 to everybody else", async () => {
  const { clock, send } = setUp({ abort: { with: { kind: "grpc", status: 5 }, share: ALL } });
  const { head } = await send(textRequest(), callFor(clock));
  expect([head.status, head.local?.grpcStatus, head.local?.code]).toEqual([200, 5, "NOT_FOUND"]);
});

test("a delay holds the request back, and says so", async () => {
  const { clock, handle, metrics, send } = setUp({ delay: { ms: 250, share: ALL } });
  const call = callFor(clock);
  const response = send(textRequest(), call);
  await clock.advanceAsync(249);
  expect(handle.asked).toBe(0);
  await clock.advanceAsync(1);
  (await handle.next()).answer(textResponse(200, "late"));
  expect((await response).head.status).toBe(200);
  expect([
    call.get(DELAY_INJECTED),
    metrics.value("http.in.fault.delays_injected"),
    clock.pendingTimers,
  ]).toEqual([true, 1, 0]);
});

test("a delay comes before an abort", async () => {
  const { clock, handle, send } = setUp({ delay: { ms: 250, share: ALL }, abort: ABORT });
  const response = send(textRequest(), callFor(clock));
  await clock.advanceAsync(250);
  expect([(await response).head.status, clock.now(), handle.asked]).toEqual([503, 250, 0]);
});

test("a call that is cancelled during its delay ends at once, and nobody is asked", async () => {
  const { clock, handle, send } = setUp({ delay: { ms: 250, share: ALL }, abort: ABORT });
  const call = callFor(clock);
  const response = send(textRequest(), call);
  call.cancel(CANCELLED);
  expect([(await response).head.local?.flag, clock.now(), clock.pendingTimers, handle.asked]).toEqual([
    "DC",
    0,
    0,
    0,
  ]);
});

test.each([
  [0.4, 0.4, true, 503],
  [0.4, 0.6, true, 200],
  [0.6, 0.4, false, 503],
  [0.6, 0.6, false, 200],
])("delay (%d) and abort (%d) are drawn each on their own", async (first, second, delayed, status) => {
  const random = randomOf(first, second);
  const policy = { delay: { ms: 10, share: HALF }, abort: { ...ABORT, share: HALF } };
  const { clock, handle, send } = setUp(policy, { random });
  const call = callFor(clock);
  const response = send(textRequest(), call);
  void handle.next().then((asked) => asked.answer(textResponse(200)));
  await clock.advanceAsync(10);
  expect([call.get(DELAY_INJECTED), (await response).head.status]).toEqual([delayed, status]);
});

test("no more than so many requests are disturbed at once, until their calls end", async () => {
  const { clock, handle, metrics, send } = setUp({ abort: ABORT, maxActive: 1 });
  const first = callFor(clock);
  const { head } = await send(textRequest(), first);
  expect([head.status, metrics.value("http.in.fault.active_faults")]).toEqual([503, 1]);

  const spared = send(textRequest(), callFor(clock));
  (await handle.next()).answer(textResponse(200));
  expect([(await spared).head.status, metrics.value("http.in.fault.faults_overflow")]).toEqual([200, 1]);

  first.end(responseOutcome(head));
  expect(metrics.value("http.in.fault.active_faults")).toBe(0);
  expect((await send(textRequest(), callFor(clock))).head.status).toBe(503);
});

test("a request that meets two faults is one of those", async () => {
  const { clock, metrics, send } = setUp({ delay: { ms: 5, share: ALL }, abort: ABORT, maxActive: 1 });
  const response = send(textRequest(), callFor(clock));
  await clock.advanceAsync(5);
  expect([(await response).head.status, metrics.value("http.in.fault.active_faults")]).toEqual([503, 1]);
});

test("a rate limit lets the response's body pass bit by bit", async () => {
  const { clock, handle, metrics, send } = setUp({ rateLimit: { kibPerSecond: 1, share: ALL } });
  const response = send(textRequest(), callFor(clock));
  (await handle.next()).answer(textResponse(200, "x".repeat(1024)));
  const text = bodyText((await response).body);
  await clock.advanceAsync(900);
  expect(clock.pendingTimers).toBe(1);
  await clock.advanceAsync(200);
  expect((await text).length).toBe(1024);
  expect([clock.pendingTimers, metrics.value("http.in.fault.response_rl_injected")]).toEqual([0, 1]);
});

test("a function says for each request what is done to it; nothing is done without a plan", async () => {
  const clock = manualClock();
  const { service, handle } = mockService();
  const aborts = compileFault({ abort: ABORT });
  const fault = faultFilter({ fault: ({ head }) => (head.path === "/bad" ? aborts : undefined) });
  const send = stack<Request, Response>().use("fault", fault).to(service);
  expect((await send(textRequest({ path: "/bad" }), callFor(clock))).head.status).toBe(503);
  const good = send(textRequest({ path: "/good" }), callFor(clock));
  (await handle.next()).answer(textResponse(204));
  expect((await good).head.status).toBe(204);
});

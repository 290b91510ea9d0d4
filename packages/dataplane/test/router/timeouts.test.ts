import { BodyPipe, type Reset } from "@dualmesh/core";
import { callFor, manualClock, recordingMetrics } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { ask, finish, send } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import { ordersHost, outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";

/** The tick of the wheel that holds timeouts: how late one may be. */
const TICK_MS = 10;

async function slowOrders(action: object = {}) {
  const clock = manualClock();
  const orders = await askedUpstream();
  const plane = await staticPlane(
    {
      listeners: [outboundListener([ordersHost([routeTo("a", action)])])],
      clusters: [staticCluster("a", [orders.port])],
    },
    { clock },
  );
  return {
    clock,
    orders,
    plane,
    async [Symbol.asyncDispose]() {
      await orders[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
    },
  };
}

test.each([
  [{}, 15_000],
  [{ timeout: "0.25s" }, 250],
])("a call that takes longer than its route allows is 504, and was in doubt: %j", async (action, limitMs) => {
  await using slow = await slowOrders(action);
  const { clock, orders, plane } = slow;
  const answer = ask(plane, {}, { call: callFor(clock) });
  const { request } = await orders.next();
  const gone = new Promise((resolve) => request.once("close", resolve));
  await clock.advanceAsync(limitMs - 1);
  expect(plane.cluster("a")?.thresholds.active("default").requests).toBe(1);
  await clock.advanceAsync(1 + TICK_MS);
  const { status, text, local, outcome } = await answer;
  expect([status, text]).toEqual([504, "upstream request timeout"]);
  expect(local).toMatchObject({
    flag: "UT",
    details: "response_timeout",
    code: "DEADLINE_EXCEEDED",
    execution: "in-doubt",
  });
  expect(outcome.flag).toBe("UT");
  // The upstream is told, and the attempt is over.
  await gone;
  expect(plane.cluster("a")?.thresholds.active("default").requests).toBe(0);
});

test("the time that a client gave its call counts as a timeout of the cluster, as the route's does", async () => {
  const clock = manualClock();
  const metrics = recordingMetrics();
  await using orders = await askedUpstream();
  const parts = {
    listeners: [outboundListener([ordersHost([routeTo("a")])])],
    clusters: [staticCluster("a", [orders.port])],
  };
  await using plane = await staticPlane(parts, { clock, metrics });
  const call = callFor(clock);
  const answer = ask(plane, {}, { call });
  await orders.next();
  const message = "the service gave no answer within 500 ms";
  call.cancel({ code: "DEADLINE_EXCEEDED", flag: "DT", execution: "in-doubt", message });
  await answer;
  expect(metrics.value("cluster.a.upstream_rq_timeout")).toBe(1);
});

test("timeout 0 is none", async () => {
  await using slow = await slowOrders({ timeout: "0s" });
  const { clock, orders, plane } = slow;
  const answer = ask(plane, {}, { call: callFor(clock) });
  const { response } = await orders.next();
  await clock.advanceAsync(3_600_000);
  response.end("late");
  expect((await answer).text).toBe("late");
});

test("time counts from the end of an upload, not from its beginning", async () => {
  await using slow = await slowOrders({ timeout: "1s" });
  const { clock, orders, plane } = slow;
  const body = new BodyPipe();
  const answer = ask(plane, { body }, { call: callFor(clock) });
  body.write(Buffer.from("first half, "));
  const { request } = await orders.next();
  await clock.advanceAsync(60_000);
  body.write(Buffer.from("second half"));
  body.end();
  let received = "";
  for await (const text of request.setEncoding("utf8")) received += text;
  expect(received).toBe("first half, second half");
  await clock.advanceAsync(999);
  expect(plane.cluster("a")?.thresholds.active("default").requests).toBe(1);
  await clock.advanceAsync(1 + TICK_MS);
  expect((await answer).status).toBe(504);
});

test("a response that came in part is cut off, and its reader told why", async () => {
  await using slow = await slowOrders({ timeout: "1s" });
  const { clock, orders, plane } = slow;
  const call = callFor(clock);
  const sent = send(plane, {}, { call });
  const { response } = await orders.next();
  response.writeHead(200, { "content-length": "10" });
  response.write("12345");
  const got = await sent;
  expect(got.head.status).toBe(200);
  const cut = expect(finish(got, call)).rejects.toMatchObject({
    code: "DEADLINE_EXCEEDED",
    flag: "UT",
    execution: "in-doubt",
  });
  await clock.advanceAsync(1_000 + TICK_MS);
  await cut;
});

test("no timer is left behind by calls that were answered in time", async () => {
  await using slow = await slowOrders();
  const { clock, orders, plane } = slow;
  const before = clock.pendingTimers;
  const answer = ask(plane, {}, { call: callFor(clock) });
  (await orders.next()).response.end();
  await answer;
  // One timer of the wheel may stand for all of its entries, and one watches idle connections; no call adds one.
  const again = ask(plane, {}, { call: callFor(clock) });
  (await orders.next()).response.end();
  await again;
  expect(clock.pendingTimers).toBeLessThanOrEqual(before + 2);
});

test("a caller that gives up cancels its attempt", async () => {
  await using slow = await slowOrders();
  const { clock, orders, plane } = slow;
  const call = callFor(clock);
  const answer = ask(plane, {}, { call });
  const { request } = await orders.next();
  const gone = new Promise((resolve) => request.once("close", resolve));
  const reason: Reset = {
    code: "CANCELLED",
    flag: "DC",
    message: "not needed any more",
    execution: "in-doubt",
  };
  call.cancel(reason);
  expect((await answer).local).toMatchObject({ flag: "DC", message: "not needed any more" });
  await gone;
  const [status] = plane.clusters;
  expect(status?.endpoints[0]?.active).toBe(0);
});

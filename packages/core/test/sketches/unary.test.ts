import {
  bodyRecorder,
  callFor,
  manualClock,
  mockService,
  textRequest,
  textResponse,
} from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createTimerWheel, type Request, type Response, resetError, stack } from "../../src/index.ts";
import { deliver } from "./deliver.ts";
import { accessLog } from "./filters/access-log.ts";
import { deadline } from "./filters/deadline.ts";
import { retry } from "./filters/retry.ts";

function client() {
  const clock = manualClock();
  const wheel = createTimerWheel({ clock });
  const { service: transport, handle: upstream } = mockService();
  const log: string[] = [];
  const chain = stack<Request, Response>()
    .use(
      "log",
      accessLog((line) => log.push(line)),
    )
    .use("deadline", deadline({ timeoutMs: 1_000, wheel }))
    .use("retry", retry({ maxAttempts: 2 }));
  return { clock, wheel, upstream, log, chain, send: chain.to(transport) };
}

test("a unary call: refused by one endpoint, answered by the next", async () => {
  const { chain, clock, wheel, upstream, log, send } = client();
  expect(String(chain)).toBe("log → deadline → retry");
  const call = callFor(clock);
  const response = send(textRequest({ method: "POST", path: "/orders", body: "3 apples" }), call);

  const first = await upstream.next();
  clock.advance(20);
  first.reset({ code: "UNAVAILABLE", flag: "UF", message: "connection refused", execution: "not-executed" });

  const second = await upstream.next();
  expect(second.request.body).toBe(first.request.body);
  clock.advance(30);
  second.answer(textResponse(201, "order 7"));

  const reader = bodyRecorder();
  deliver(await response, call, reader);
  expect(reader.events).toEqual(["chunk order 7", "end"]);
  expect(log).toEqual(["http/1.1 POST orders.test/orders 201 OK - executed attempts=2 50ms"]);
  expect(wheel.size).toBe(0);
});

test("a unary call that takes too long is cancelled, and its caller is told", async () => {
  const { clock, upstream, log, send } = client();
  const call = callFor(clock);
  const response = send(textRequest({ path: "/orders/7" }), call);

  const asked = await upstream.next();
  asked.call.onCancel((reason) => asked.reject(resetError(reason)));
  clock.advance(1_000);

  const reader = bodyRecorder();
  deliver(await response, call, reader);
  expect(reader.text).toBe("the deadline passed");
  expect(log).toEqual([
    "http/1.1 GET orders.test/orders/7 504 DEADLINE_EXCEEDED UT in-doubt attempts=1 1000ms",
  ]);
});

import { createCall, type Request, type Response, responseOutcome, stack } from "@dualmesh/core";
import { bodyText, mockService, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { circuitBreaker } from "../src/index.ts";

describe("the circuit breaker filter", () => {
  test("refuses what is over its limit with Envoy's local reply, and does not bother the service", async () => {
    const { service, handle } = mockService();
    const send = stack<Request, Response>()
      .use("breaker", circuitBreaker({ maxRequests: 1 }))
      .to(service);
    const first = send(textRequest(), createCall());
    const refused = await send(textRequest(), createCall());
    expect(refused.head).toMatchObject({
      status: 503,
      local: { code: "UNAVAILABLE", flag: "UO", details: "overflow", execution: "not-executed" },
    });
    expect(refused.head.headers.get("x-envoy-overloaded")).toBe("true");
    expect(await bodyText(refused.body)).toContain("reset reason: overflow");
    (await handle.next()).answer(textResponse(200));
    expect((await first).head.status).toBe(200);
    expect(handle.asked).toBe(1);
  });

  test("counts a call until it ends, which is after its response", async () => {
    const { service, handle } = mockService();
    const send = stack<Request, Response>()
      .use("breaker", circuitBreaker({ maxRequests: 1 }))
      .to(service);
    const call = createCall();
    const pending = send(textRequest(), call);
    (await handle.next()).answer(textResponse(200));
    const response = await pending;
    expect((await send(textRequest(), createCall())).head.status).toBe(503);
    call.end(responseOutcome(response.head));
    const second = send(textRequest(), createCall());
    (await handle.next()).answer(textResponse(201));
    expect((await second).head.status).toBe(201);
  });

  test("has its own count in each stack that it is part of", async () => {
    const breaker = circuitBreaker({ maxRequests: 1 });
    const services = [mockService(), mockService()];
    const answers = services.map(({ service }) => breaker(service)(textRequest(), createCall()));
    for (const { handle } of services) (await handle.next()).answer(textResponse(200));
    expect((await Promise.all(answers)).map((response) => response.head.status)).toEqual([200, 200]);
  });

  test("refuses a limit out of range when it is built", () => {
    expect(() => circuitBreaker({ maxRequests: -1 })).toThrow(RangeError);
  });
});

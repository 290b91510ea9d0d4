import { BodyPipe, bytesBody, discardBody, type Outcome, type Reset } from "@dualmesh/core";
import { bodyText, textRequest, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { RETRY_FLAG } from "../src/index.ts";
import { attemptLoop } from "./attempt-loop.ts";

describe("an attempt", () => {
  test("ends when it is given up, and the last one with the call", async () => {
    const { response, handle, clock, call } = attemptLoop();
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
    const { handle, clock } = attemptLoop();
    (await handle.next()).answer(textResponse(503, body));
    await clock.advanceAsync(0);
    expect(cancels).toMatchObject([{ code: "CANCELLED", message: "another attempt is made" }]);
  });

  test("sees the request as it came, whatever was done to the one before", async () => {
    const request = textRequest({ headers: { "x-user": "7" }, body: "hello" });
    const { handle, clock } = attemptLoop({}, { request });
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

  test("sees headers that a filter outside has changed, and not what was done to the one before", async () => {
    const request = textRequest({ headers: { "x-user": "7" } });
    request.head.headers.set("x-outside", "1");
    const { handle, clock } = attemptLoop({}, { request });
    const first = await handle.next();
    first.request.head.headers.append("x-hop", "1");
    first.answer(textResponse(503));
    await clock.advanceAsync(25);
    const { head } = (await handle.next()).request;
    expect([...head.headers].map(([name]) => name)).toEqual(["x-user", "x-outside"]);
  });

  test("gets a streaming body from its beginning", async () => {
    const body = new BodyPipe();
    const { handle, clock } = attemptLoop({}, { request: textRequest({ body }) });
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
    const { response, handle, call } = attemptLoop({}, { request: textRequest({ body }), maxReplayBytes: 4 });
    const asked = await handle.next();
    body.write(Buffer.from("hello"));
    asked.answer(textResponse(503));
    expect((await response).head.status).toBe(503);
    expect(call.get(RETRY_FLAG)).toBe("");
  });

  test("of a call without retries stands in nobody's way: what it does not want, the sender hears at once", async () => {
    const cancels: Reset[] = [];
    const body = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const { handle } = attemptLoop({ numRetries: 0 }, { request: textRequest({ body }) });
    discardBody((await handle.next()).request.body);
    expect(cancels).toHaveLength(1);
  });

  test("that answers while the body still streams gets the rest of it", async () => {
    const body = new BodyPipe();
    const { response, handle } = attemptLoop({}, { request: textRequest({ body }) });
    const asked = await handle.next();
    asked.answer(textResponse(200));
    await response;
    body.write(Buffer.from("x".repeat(100_000)));
    body.end();
    expect(await bodyText(asked.request.body)).toHaveLength(100_000);
  });
});

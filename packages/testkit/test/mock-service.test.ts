import { CANCELLED, createCall, resetError } from "@dualmesh/core";
import { expect, test } from "vitest";
import { bodyText, mockService, textRequest, textResponse } from "../src/index.ts";

test("a request waits for the test to answer it", async () => {
  const { service, handle } = mockService();
  const call = createCall();
  const response = service(textRequest({ path: "/orders/7" }), call);
  expect(handle.waiting).toBe(1);

  const asked = await handle.next();
  expect(asked.request.head.path).toBe("/orders/7");
  expect(asked.call).toBe(call);
  expect(handle.waiting).toBe(0);

  asked.answer(textResponse(200, "shipped"));
  expect(await bodyText((await response).body)).toBe("shipped");
});

test("a test may wait before the request comes, and takes requests in the order of arrival", async () => {
  const { service, handle } = mockService<string, string>();
  const first = handle.next();
  const second = handle.next();
  const answers = Promise.all([service("a", createCall()), service("b", createCall())]);
  (await second).answer("B");
  (await first).answer("A");
  expect((await first).request).toBe("a");
  expect(await answers).toEqual(["A", "B"]);
  expect(handle.asked).toBe(2);
});

test("a reset is a local reply with the reset's code and flag, and no rejection", async () => {
  const { service, handle } = mockService();
  const response = service(textRequest(), createCall());
  (await handle.next()).reset({
    code: "UNAVAILABLE",
    flag: "UF",
    message: "connection refused",
    execution: "not-executed",
  });
  const { head } = await response;
  expect(head.status).toBe(503);
  expect(head.local).toMatchObject({ code: "UNAVAILABLE", flag: "UF", execution: "not-executed" });
});

test("a rejection is passed on as it is", async () => {
  const { service, handle } = mockService();
  const response = service(textRequest(), createCall());
  const error = resetError(CANCELLED);
  (await handle.next()).reject(error);
  await expect(response).rejects.toBe(error);
});

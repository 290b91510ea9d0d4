import { RetryAgent, request } from "undici";
import { expect, test } from "vitest";
import { meshClient } from "../http-client/mesh-client.ts";

test.each(["onResponseStart", "onResponseData", "onResponseEnd"])(
  "a handler that throws in %s is told so",
  async (method) => {
    await using client = await meshClient((_, outgoing) => outgoing.end("answer"));
    const told = Promise.withResolvers<Error>();
    client.mesh.dispatcher.dispatch({ origin: "http://orders", path: "/", method: "GET" }, {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd() {},
      [method]() {
        throw new Error("of the application");
      },
      onResponseError: (_: unknown, error: Error) => told.resolve(error),
    } as never);
    expect((await told.promise).message).toBe("of the application");
  },
);

test("a handler that pauses is told nothing more until it goes on", async () => {
  await using client = await meshClient((_, outgoing) => outgoing.end("answer"));
  const started = Promise.withResolvers<{ resume(): void }>();
  const ended = Promise.withResolvers<void>();
  const told: string[] = [];
  client.mesh.dispatcher.dispatch({ origin: "http://orders", path: "/", method: "GET" }, {
    onRequestStart() {},
    onResponseStart(controller: { pause(): void; resume(): void }) {
      controller.pause();
      started.resolve(controller);
    },
    onResponseData: (_: unknown, bytes: Uint8Array) => told.push(String(bytes)),
    onResponseEnd: () => ended.resolve(),
    onResponseError: (_: unknown, error: Error) => ended.reject(error),
  } as never);
  const controller = await started.promise;
  // Another call goes there and back meanwhile.
  await (await request("http://orders/", { dispatcher: client.mesh.dispatcher })).body.text();
  expect(told).toEqual([]);
  controller.resume();
  await ended.promise;
  expect(told).toEqual(["answer"]);
});

test("undici's RetryAgent tries again over the mesh, and closes", async () => {
  await using client = await meshClient((_, outgoing) => {
    outgoing.statusCode = client.asked < 2 ? 500 : 200;
    outgoing.end("answer");
  });
  const agent = new RetryAgent(client.mesh.dispatcher, { minTimeout: 1, maxRetries: 2 });
  const { statusCode, body } = await request("http://orders/", { dispatcher: agent });
  expect([statusCode, await body.text(), client.asked]).toEqual([200, "answer", 2]);
  await new Promise<void>((resolve) => client.mesh.dispatcher.close(resolve));
  await new Promise<void>((resolve) => client.mesh.dispatcher.destroy(null, resolve));
});

test("what is no body fails its call, and throws at nobody", async () => {
  await using client = await meshClient((_, outgoing) => outgoing.end());
  const told: string[] = [];
  client.mesh.dispatcher.dispatch({ origin: "http://orders", path: "/", method: "POST", body: 5 as never }, {
    onRequestStart() {},
    onResponseError: (_: unknown, error: Error) => told.push(error.message),
  } as never);
  expect(told).toEqual([expect.stringContaining("request body: expected text, bytes")]);
});

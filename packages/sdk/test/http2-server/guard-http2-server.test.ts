import { once } from "node:events";
import { connect, createServer, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Filter, localReply, type Request, type Response, stack, systemClock } from "@dualmesh/core";
import { DOWNSTREAM, HOP_HEADER } from "@dualmesh/dataplane";
import * as grpc from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { appService } from "../../src/app-service.ts";
import { guardHttp2Server } from "../../src/http2-server/guard-http2-server.ts";
import { ask, ended, readAll } from "../grpc/echo-client.ts";
import { LOOK, SLOW } from "../http-server/guarded-app.ts";
import { guardedEcho } from "./guarded-echo.ts";

const refuse: Filter<Request, Response> = () => () =>
  Promise.resolve(
    localReply({ status: 403, details: "refused", body: "not you", headers: ["x-why", "rule"] }),
  );

const withHeader = (name: string, value: string): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set(name, value);
  return metadata;
};

describe.each([
  ["a filter that only looks on", LOOK],
  ["a filter that lets the answer wait", SLOW],
])("behind %s a grpc-js server answers as it would without", (_, filter) => {
  test("unary, with metadata", async () => {
    await using app = await guardedEcho(filter);
    expect(await ask(app.client, "hello", { metadata: withHeader("x-a", "1") })).toMatchObject({
      messages: ["hello"],
      code: 0,
      head: { "x-a": "1" },
      trailers: { "x-a": "1" },
    });
    expect(await ask(app.client, "fail 5")).toMatchObject({ code: 5, details: "as asked ☺" });
    expect(await ask(app.client, "hello", { method: "Missing" })).toMatchObject({
      code: grpc.status.UNIMPLEMENTED,
    });
  });

  test("streams, in both directions", async () => {
    await using app = await guardedEcho(filter);
    expect(await readAll(app.client.Expand("2000"))).toHaveLength(2_000);
    const call = app.client.Chat();
    call.write("hello");
    expect(await once(call, "data")).toEqual(["re: hello"]);
    const end = ended(call);
    call.end();
    expect(await end).toMatchObject({ code: 0 });
  });

  test("a stream that is cancelled", async () => {
    const cancelled = Promise.withResolvers<void>();
    await using app = await guardedEcho(filter, {
      Chat(call: grpc.ServerDuplexStream<string, string>) {
        call.on("cancelled", () => cancelled.resolve());
        call.write("begun");
      },
    });
    const call = app.client.Chat();
    const end = ended(call);
    await once(call, "data");
    call.cancel();
    expect(await end).toMatchObject({ code: grpc.status.CANCELLED });
    await cancelled.promise;
    await expect.poll(() => app.calls[0]?.outcome?.code).toBe("CANCELLED");
  });
});

describe("the chain decides", () => {
  test("a refusal never reaches the handlers, and is a status of gRPC", async () => {
    let reached = 0;
    await using app = await guardedEcho(refuse, {
      Unary(_call: unknown, callback: grpc.sendUnaryData<string>) {
        reached++;
        callback(null, "reached");
      },
    });
    const answer = await ask(app.client, "hello");
    expect(answer).toMatchObject({ code: grpc.status.PERMISSION_DENIED, details: "not you" });
    expect(answer.trailers).toMatchObject({ "x-why": "rule" });
    expect(reached).toBe(0);
  });

  test("the application sees the request's fields as the chain left them", async () => {
    await using app = await guardedEcho((next) => (request, call) => {
      request.head.headers.set("x-a", "changed");
      request.head.headers.append("x-added", "1");
      return next(request, call);
    });
    const { head } = await ask(app.client, "hello", { metadata: withHeader("x-a", "given") });
    expect(head).toMatchObject({ "x-a": "changed", "x-added": "1" });
  });

  test("the client sees the response's fields as the chain left them", async () => {
    await using app = await guardedEcho((next) => async (request, call) => {
      const response = await next(request, call);
      response.head.headers.set("x-a", "changed");
      response.head.headers.append("x-added", "1");
      return response;
    });
    const { head, code } = await ask(app.client, "hello", { metadata: withHeader("x-a", "given") });
    expect(code).toBe(0);
    expect(head).toMatchObject({ "x-a": "changed", "x-added": "1" });
  });

  test("an answer in place of the application's drops what that one writes", async () => {
    await using app = await guardedEcho((next) => async (request, call) => {
      await next(request, call);
      return localReply({ status: 503, details: "late", body: "changed its mind" });
    });
    expect(await ask(app.client, "hello")).toMatchObject({
      messages: [],
      code: grpc.status.UNAVAILABLE,
      details: "changed its mind",
    });
  });

  test("a call ends with the status of gRPC, and knows where it came from", async () => {
    await using app = await guardedEcho(LOOK);
    await ask(app.client, "fail 5");
    await ask(app.client, "hello");
    await expect.poll(() => app.calls.map((call) => call.outcome?.code)).toEqual(["NOT_FOUND", "OK"]);
    expect(app.calls[0]?.get(DOWNSTREAM)).toMatchObject({ remoteAddress: "127.0.0.1", localPort: app.port });
  });
});

test("from its own sidecar a request goes straight to the application, without the mark", async () => {
  await using app = await guardedEcho(refuse, {}, (mark) => mark === "own");
  const marked = await ask(app.client, "hello", { metadata: withHeader(HOP_HEADER, "own") });
  expect(marked).toMatchObject({ code: 0, messages: ["hello"] });
  expect(marked.head).not.toHaveProperty(HOP_HEADER);
  expect(await ask(app.client, "hello", { metadata: withHeader(HOP_HEADER, "stolen") })).toMatchObject({
    code: grpc.status.PERMISSION_DENIED,
  });
});

test("an application on the compatibility API of node:http2 is behind the chain too", async () => {
  const server = createServer((incoming, outgoing) => {
    outgoing.setHeader("x-seen", `${incoming.url} ${incoming.headers["x-added"]}`);
    incoming.pipe(outgoing);
  });
  const chain = stack<Request, Response>()
    .use("change", (next) => async (request, call) => {
      request.head.path = "/v2";
      request.head.headers.append("x-added", "1");
      const response = await next(request, call);
      response.head.headers.append("x-out", "2");
      return response;
    })
    .to(appService);
  guardHttp2Server(server, { chain: () => chain, isSidecar: () => false, clock: systemClock });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = session.request({ ":method": "POST", ":path": "/v1" });
  stream.end("a body");
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  expect(headers).toMatchObject({ ":status": 200, "x-seen": "/v2 1", "x-out": "2" });
  expect(await text(stream)).toBe("a body");
  session.destroy();
  server.close();
});

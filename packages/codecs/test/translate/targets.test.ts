import { createHeaders } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { createDubboContent, DUBBO_STATUS, writeDubboFrame } from "../../src/dubbo/index.ts";
import { frameMessage } from "../../src/grpc/index.ts";
import { java, throwable } from "../../src/hessian/index.ts";
import { createTranslator, type HttpResponse, JAVA_EXCEPTION_HEADER } from "../../src/translate/index.ts";
import { createTripleContent } from "../../src/triple/index.ts";
import { jsonOf, Order, request, schema } from "./orders.ts";

describe("Dubbo", () => {
  const dubbo = createTranslator(schema, { target: "dubbo", passHeaders: ["x-team"] });
  const content = createDubboContent({ classes: [Order] });
  const call = dubbo.fromHttp(request("GET", "/v1/greet/x", undefined, ["x-team", "shop"]));
  if (call.kind !== "call") throw new Error("refused");
  const result = (value: Parameters<typeof content.writeResponse>[0]) =>
    writeDubboFrame({ status: DUBBO_STATUS.ok, id: 0, body: content.writeResponse(value) });

  test("the frame says it all", () => {
    expect([call.message.service, call.message.method, call.message.descriptor]).toEqual([
      "com.example.Orders",
      "greet",
      "Ljava/lang/String;",
    ]);
    expect([call.message.timeoutMs, call.message.header("x-team"), call.message.header("version")]).toEqual([
      3000,
      "shop",
      "2.0",
    ]);
  });

  test("values, with attachments and without, and exceptions", () => {
    expect(jsonOf(dubbo.toHttp(call, result({ value: "hi" })))).toEqual([200, "hi"]);
    expect(jsonOf(dubbo.toHttp(call, result({ value: "hi", attachments: new Map([["a", "b"]]) })))).toEqual([
      200,
      "hi",
    ]);
    expect(jsonOf(dubbo.toHttp(call, result({ value: null })))).toEqual([200, null]);
    const thrown = dubbo.toHttp(call, result({ isException: true, value: throwable("com.example.E", "no") }));
    expect([thrown.status, thrown.headers.get(JAVA_EXCEPTION_HEADER)]).toEqual([500, "com.example.E"]);
  });

  test("a service that a provider does not have", () => {
    const text = createDubboContent().hessian.encode(
      "org.apache.dubbo.remoting.RemotingException: Not found exported service: x\n\tat a.B",
    );
    const response = dubbo.toHttp(
      call,
      writeDubboFrame({ status: DUBBO_STATUS.serviceError, id: 0, body: text }),
    );
    expect(jsonOf(response)).toEqual([
      404,
      { code: 12, message: expect.not.stringContaining("at a.B"), details: [] },
    ]);
  });
});

describe("Triple", () => {
  const triple = createTranslator(schema, { target: "triple" });
  const content = createTripleContent({ classes: [Order] });
  const call = triple.fromHttp(request("GET", "/v1/greet/x"));
  if (call.kind !== "call") throw new Error("refused");
  const response = (
    message: Buffer,
    headers: readonly string[],
    trailers: readonly string[],
  ): HttpResponse => ({
    status: 200,
    headers: createHeaders(["content-type", "application/grpc+proto", ...headers]),
    body: frameMessage(message),
    trailers: createHeaders(trailers),
  });

  test("the request is a stream's", () => {
    const { path, headers, body } = call.message;
    expect([path, headers.get("tri-service-version"), headers.get("grpc-timeout")]).toEqual([
      "/com.example.Orders/greet",
      "2.0",
      "3000m",
    ]);
    expect(content.readRequest(body.subarray(5))).toEqual({
      argumentTypes: ["java.lang.String"],
      arguments: ["x"],
    });
  });

  test("values, exceptions and statuses", () => {
    const ok = ["grpc-status", "0"];
    const value = response(content.writeResponse({ value: "hi" }, java.string), [], ok);
    expect(jsonOf(triple.toHttp(call, value))).toEqual([200, "hi"]);
    const thrown = content.writeResponse({ isException: true, value: throwable("com.example.E", "no") });
    const exception = triple.toHttp(call, response(thrown, ["tri-exception-code", "3"], ok));
    expect([exception.status, exception.headers.get(JAVA_EXCEPTION_HEADER)]).toEqual([500, "com.example.E"]);
    const missing = triple.toHttp(
      call,
      response(Buffer.alloc(0), [], ["grpc-status", "12", "grpc-message", "no"]),
    );
    expect(jsonOf(missing)).toEqual([404, { code: 12, message: "no", details: [] }]);
  });
});

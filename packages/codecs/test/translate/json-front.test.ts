import { createHeaders } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { BOLT_STATUS, writeBoltFrame } from "../../src/bolt/index.ts";
import { throwable } from "../../src/hessian/index.ts";
import { createTranslator, type HttpRequest, JAVA_EXCEPTION_HEADER } from "../../src/translate/index.ts";
import { answer, bolt, called, jsonOf, Order, request, schema } from "./orders.ts";

describe("JSON", () => {
  test.each<[string, HttpRequest, string, readonly unknown[]]>([
    [
      "an object of arguments",
      request("POST", "/com.example.Orders/greet", { name: "world" }),
      "greet",
      ["world"],
    ],
    ["a list of arguments", request("POST", "/com.example.Orders/greet", ["world"]), "greet", ["world"]],
    ["no body", request("POST", "/com.example.Orders/greet"), "greet", [null]],
    ["a path", request("GET", "/v1/greet/w%C3%B6rld"), "greet", ["wörld"]],
    ["a verb of one's own", request("SAY", "/v1/greet/x"), "greet", ["x"]],
    [
      "a path and a query",
      request("GET", "/v1/orders/7?withLines=true&tags=a&tags=b+c"),
      "get",
      [7n, true, ["a", "b c"]],
    ],
    ["another path", request("GET", "/v2/orders/7"), "get", [7n, false, null]],
    [
      "a body with what the path does not say",
      request("PATCH", "/v1/orders/7", { order: { customer: "me" }, force: true }),
      "put",
      [Order.of({ id: 7n, customer: "me", isPaid: false }), true],
    ],
    [
      "a body that is one argument, and a query",
      request("PUT", "/v1/orders?force=true", { id: "9" }),
      "put",
      [Order.of({ id: 9n, customer: null, isPaid: false }), true],
    ],
  ])("%s", (_, http, method, args) => {
    const { call, invocation } = called(http);
    expect(call.method).toBe(method);
    expect(invocation.arguments).toEqual(args);
  });

  test("the frame says service, method, timeout and what was to be passed on", () => {
    const more = ["grpc-timeout", "1500m", "X-Team", "shop", "cookie", "secret"];
    const { call, invocation } = called(request("POST", "/com.example.Orders/greet", ["a"], more));
    expect([call.message.service, call.message.method, call.message.timeoutMs]).toEqual([
      "com.example.Orders:2.0",
      "greet",
      1500,
    ]);
    expect(invocation.argumentTypes).toEqual(["java.lang.String"]);
    const names = [...call.message.headers()].map(([name]) => name);
    expect(names).toContain("rpc_req_baggage.x-team");
    expect(names.join()).not.toContain("cookie");
  });

  test.each<[string, HttpRequest, number, string]>([
    ["another path", request("GET", "/v1/nothing"), 404, "nobody serves GET /v1/nothing"],
    ["another verb", request("DELETE", "/v1/orders/7"), 405, "is served for GET, PATCH alone"],
    [
      "text",
      {
        ...request("POST", "/com.example.Orders/greet", ["a"]),
        headers: createHeaders(["content-type", "text/plain"]),
      },
      415,
      "expected content-type application/json",
    ],
    [
      "an argument that is none",
      request("POST", "/com.example.Orders/greet", { nam: "a" }),
      400,
      'json: greet has no argument "nam"',
    ],
    [
      "too many arguments",
      request("POST", "/com.example.Orders/greet", ["a", "b"]),
      400,
      "2 arguments; expected 1",
    ],
    [
      "an argument of another type",
      request("POST", "/com.example.Orders/greet", [5]),
      400,
      "json: name: expected string, got 5",
    ],
    [
      "a path of another type",
      request("GET", "/v1/orders/seven"),
      400,
      'json: id: expected long, got "seven"',
    ],
    ["a query that nobody knows", request("GET", "/v1/orders/7?x=1"), 400, 'query: there is no "x"'],
    [
      "a query that says what the path says",
      request("GET", "/v1/orders/7?id=8"),
      400,
      '"id" is in the path or the body',
    ],
    ["a body where none is", request("GET", "/v1/orders/7", {}), 400, "has no body"],
    [
      "a timeout that is none",
      request("GET", "/v1/orders/7", undefined, ["grpc-timeout", "soon"]),
      400,
      "grpc-timeout is no time",
    ],
    [
      "a timeout that is over",
      request("GET", "/v1/orders/7", undefined, ["grpc-timeout", "0m"]),
      504,
      "time was over",
    ],
    [
      "a name of every object",
      request("POST", "/com.example.Orders/greet?__proto__.x=1", ["a"]),
      400,
      '"__proto__.x" is in the path or the body',
    ],
  ])("refuses %s", (_, http, status, message) => {
    const refusal = bolt.fromHttp(http);
    if (refusal.kind !== "refusal") throw new Error("it was taken");
    const body = JSON.parse(refusal.body.toString()) as { message: string };
    expect([refusal.status, body.message]).toEqual([status, expect.stringContaining(message)]);
  });

  test("an answer is the value, or a field of it", () => {
    const order = { id: 7n, customer: "me", isPaid: true };
    const own = called(request("GET", "/v2/orders/7")).call;
    expect(jsonOf(bolt.toHttp(own, answer({ value: order }, Order)))).toEqual([
      200,
      { id: "7", customer: "me", isPaid: true },
    ]);
    const part = called(request("GET", "/v1/orders/7")).call;
    expect(jsonOf(bolt.toHttp(part, answer({ value: order }, Order)))).toEqual([200, "me"]);
    const none = called(request("PUT", "/v1/orders", {})).call;
    expect(jsonOf(bolt.toHttp(none, answer({ value: null })))).toEqual([200, null]);
  });

  test("an exception is a status with its class, and without its stack", () => {
    const { call } = called(request("GET", "/v1/greet/x"));
    const thrown = throwable("com.example.GreeterException", "no such luck\n\tat com.example.Secret");
    const response = bolt.toHttp(call, answer({ value: thrown }));
    expect(response.headers.get(JAVA_EXCEPTION_HEADER)).toBe("com.example.GreeterException");
    expect(jsonOf(response)).toEqual([
      500,
      {
        code: 2,
        message: "no such luck",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "JAVA_EXCEPTION",
            domain: "com.example.Orders",
            metadata: { className: "com.example.GreeterException" },
          },
        ],
      },
    ]);
  });

  test("the class of an exception is no way into the head", () => {
    const { call } = called(request("GET", "/v1/greet/x"));
    const response = bolt.toHttp(call, answer({ value: throwable("a\r\nset-cookie: b", "c") }));
    expect(response.headers.has(JAVA_EXCEPTION_HEADER)).toBe(false);
  });

  test.each([
    [
      "a service that SOFARPC does not have",
      answer({ errorMessage: "RPC-02306: Cannot find service", value: null }),
      404,
      12,
    ],
    ["another error of SOFARPC", answer({ errorMessage: "deserialize error", value: null }), 500, 13],
    [
      "a server that is busy",
      writeBoltFrame({ type: 0, command: 2, id: 0, status: BOLT_STATUS.serverBusy }),
      429,
      8,
    ],
    ["a timeout", writeBoltFrame({ type: 0, command: 2, id: 0, status: BOLT_STATUS.timeout }), 504, 4],
    ["a value of another type", answer({ value: 5 }), 500, 13],
    [
      "an answer that is none",
      writeBoltFrame({ type: 0, command: 2, id: 0, content: Buffer.from([0x4a]) }),
      500,
      13,
    ],
  ])("%s", (_, frame, status, code) => {
    const { call } = called(request("GET", "/v1/greet/x"));
    const [found, body] = jsonOf(bolt.toHttp(call, frame));
    expect([found, (body as { code: number }).code]).toEqual([status, code]);
  });

  test("a call that nobody answered", () => {
    const { call } = called(request("GET", "/v1/greet/x"));
    const response = bolt.failed(call, { code: "UNAVAILABLE", message: "the connection is gone" });
    expect(jsonOf(response)).toEqual([503, { code: 14, message: "the connection is gone", details: [] }]);
  });

  test("what is too long", () => {
    const small = createTranslator(schema, { target: "bolt", limits: { maxBytes: 64 } });
    expect(small.fromHttp(request("POST", "/com.example.Orders/greet", ["x".repeat(80)]))).toMatchObject({
      status: 413,
    });
  });
});

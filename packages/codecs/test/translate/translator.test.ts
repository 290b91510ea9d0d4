import { createHeaders } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { BOLT_STATUS, createSofaContent, writeBoltFrame } from "../../src/bolt/index.ts";
import { createDubboContent, DUBBO_STATUS, writeDubboFrame } from "../../src/dubbo/index.ts";
import { frameMessage, GrpcMessageDecoder } from "../../src/grpc/index.ts";
import { GrpcWebDecoder, GrpcWebEncoder } from "../../src/grpc-web/index.ts";
import { java, throwable } from "../../src/hessian/index.ts";
import {
  createTranslator,
  type HttpRequest,
  type HttpResponse,
  JAVA_EXCEPTION_HEADER,
  type ServiceSchema,
} from "../../src/translate/index.ts";
import { createTripleContent } from "../../src/triple/index.ts";

interface Order {
  id: bigint;
  customer: string | null;
  isPaid: boolean;
}
const Order = java.class<Order>("com.example.Order", {
  id: java.long,
  customer: java.string,
  isPaid: java.boolean,
});

const schema = {
  service: "com.example.Orders",
  version: "2.0",
  methods: {
    greet: {
      args: { name: java.string },
      returns: java.string,
      http: [{ get: "/v1/greet/{name}" }, { custom: { kind: "SAY", path: "/v1/greet/{name}" } }],
    },
    get: {
      args: { id: java.long, withLines: java.boolean, tags: java.list(java.string) },
      returns: Order,
      http: {
        get: "/v1/orders/{id}",
        response_body: "customer",
        additional_bindings: [{ get: "/v2/orders/{id}" }],
      },
    },
    put: {
      args: { order: Order, force: java.boolean },
      http: {
        patch: "/v1/orders/{order.id}",
        body: "*",
        additional_bindings: [{ put: "/v1/orders", body: "order" }],
      },
    },
  },
} satisfies ServiceSchema;

const bolt = createTranslator(schema, { target: "bolt", passHeaders: ["x-team"] });
const sofa = createSofaContent({ classes: [Order] });

function request(method: string, path: string, json?: unknown, more: readonly string[] = []): HttpRequest {
  const body = json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json));
  const headers = createHeaders([
    ...(json === undefined ? [] : ["content-type", "application/json"]),
    ...more,
  ]);
  return { method, path, headers, body };
}

function called(http: HttpRequest) {
  const call = bolt.fromHttp(http);
  if (call.kind !== "call") throw new Error(`${call.status} ${call.body.toString()}`);
  return { call, invocation: sofa.readRequest(call.message.body) };
}

const answer = (
  result: Parameters<typeof sofa.writeResponse>[0],
  type?: Parameters<typeof sofa.writeResponse>[1],
) => writeBoltFrame({ type: 0, command: 2, id: 0, content: sofa.writeResponse(result, type) });

const jsonOf = ({ status, body }: HttpResponse) => [status, JSON.parse(body.toString())] as const;

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

/** `GreetRequest { 1 name }`, by hand. */
const GREET = Buffer.from([0x0a, 0x05, ...Buffer.from("world")]);
/** `GreetResponse { 1 result }`. */
const HELLO = Buffer.from([0x0a, 0x02, ...Buffer.from("hi")]);

describe("gRPC", () => {
  const headers = createHeaders([
    "content-type",
    "application/grpc+proto",
    "grpc-timeout",
    "2S",
    "te",
    "trailers",
  ]);
  const greet = { method: "POST", path: "/com.example.Orders/greet", headers, body: frameMessage(GREET) };

  test("a message is a call, and its value a message", () => {
    const { call, invocation } = called(greet);
    expect([invocation.arguments, call.timeoutMs]).toEqual([["world"], 2000]);
    const response = bolt.toHttp(call, answer({ value: "hi" }));
    const messages: Buffer[] = [];
    new GrpcMessageDecoder((message) => messages.push(message)).feed(response.body);
    expect(messages).toEqual([HELLO]);
    expect(response.trailers?.flat()).toEqual(["grpc-status", "0"]);
  });

  test("an exception is UNKNOWN in trailers alone", () => {
    const response = bolt.toHttp(
      called(greet).call,
      answer({ value: throwable("com.example.E", "100 % no") }),
    );
    expect(response.headers.flat()).toEqual([
      ...["content-type", "application/grpc+proto", "grpc-accept-encoding", "identity"],
      ...["grpc-status", "2", "grpc-message", "100 %25 no", JAVA_EXCEPTION_HEADER, "com.example.E"],
    ]);
    expect([response.status, response.body.length, response.trailers]).toEqual([200, 0, undefined]);
  });

  test.each<[string, Partial<HttpRequest>, string]>([
    ["another method", { path: "/com.example.Orders/x" }, "12"],
    ["a GET", { method: "GET" }, "12"],
    ["no message", { body: Buffer.alloc(0) }, "13"],
    ["two messages", { body: Buffer.concat([frameMessage(GREET), frameMessage(GREET)]) }, "13"],
    ["a compressed message", { body: frameMessage(GREET, true) }, "12"],
    ["half a message", { body: frameMessage(GREET).subarray(0, 8) }, "13"],
    ["a message of other fields", { body: frameMessage(Buffer.from([0x08, 0x05])) }, "3"],
  ])("refuses %s", (_, changes, status) => {
    const refusal = bolt.fromHttp({ ...greet, ...changes });
    if (refusal.kind !== "refusal") throw new Error("it was taken");
    expect([refusal.status, refusal.headers.get("grpc-status")]).toEqual([200, status]);
  });

  test("refuses other formats by the status of HTTP", () => {
    const json = createHeaders(["content-type", "application/grpc+json"]);
    expect(bolt.fromHttp({ ...greet, headers: json })).toMatchObject({ kind: "refusal", status: 415 });
  });
});

describe.each(["binary", "text"] as const)("gRPC-Web, %s", (mode) => {
  const contentType = mode === "text" ? "application/grpc-web-text" : "application/grpc-web+proto";
  const encoder = new GrpcWebEncoder(mode);
  const body = Buffer.concat([encoder.message(GREET), encoder.end()]);
  const headers = createHeaders(["content-type", contentType]);
  const greet = { method: "POST", path: "/com.example.Orders/greet", headers, body };

  const read = (response: HttpResponse) => {
    const found: unknown[] = [];
    const decoder = new GrpcWebDecoder(
      { message: (message) => found.push(message), trailers: (trailers) => found.push(trailers.flat()) },
      { mode },
    );
    decoder.feed(response.body);
    decoder.end();
    expect(decoder.error).toBeUndefined();
    return found;
  };

  test("a message is a call, and its value a message", () => {
    const { call, invocation } = called(greet);
    expect(invocation.arguments).toEqual(["world"]);
    expect(read(bolt.toHttp(call, answer({ value: "hi" })))).toEqual([HELLO, ["grpc-status", "0"]]);
  });

  test("a refusal is in the body", () => {
    const refusal = bolt.fromHttp({ ...greet, path: "/x/y" });
    expect(read(refusal as unknown as HttpResponse)).toEqual([
      ["grpc-status", "12", "grpc-message", "nobody serves POST /x/y"],
    ]);
  });
});

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

describe("a schema", () => {
  const greet = { args: { name: java.string } };
  test.each<[string, ServiceSchema, string]>([
    ["no interface", { service: "a b", methods: {} }, '"a b" is no name of an interface'],
    ["no method", { service: "A", methods: { "a-b": {} } }, '"a-b" is no name of a method'],
    [
      "two messages of one name",
      { service: "A", methods: { a: {}, A: {} } },
      "two messages are named ARequest",
    ],
    [
      "a key that Protocol Buffers do not have",
      { service: "A", methods: { a: { args: { m: java.map(java.double, java.int) } } } },
      "has no keys of double",
    ],
    [
      "two fields of one name",
      { service: "A", methods: { a: { args: { a$: java.int, a_: java.int } } } },
      "two fields of ARequest are named a_",
    ],
    [
      "a rule of two verbs",
      { service: "A", methods: { a: { http: { get: "/a", post: "/a" } } } },
      "2 verbs; expected 1",
    ],
    [
      "a rule of an unknown word",
      { service: "A", methods: { a: { http: { get: "/a", boby: "*" } as never } } },
      'nobody knows "boby"',
    ],
    [
      "a path of an unknown argument",
      { service: "A", methods: { a: { ...greet, http: { get: "/a/{nme}" } } } },
      "there is no nme",
    ],
    [
      "a path of a list",
      { service: "A", methods: { a: { args: { l: java.list(java.int) }, http: { get: "/a/{l}" } } } },
      "which no path can say",
    ],
    [
      "a body that is no argument",
      { service: "A", methods: { a: { http: { put: "/a", body: "x" } } } },
      'it has no argument "x"',
    ],
    [
      "one path for two methods",
      {
        service: "A",
        methods: { a: { http: { get: "/x/*" } }, b: { ...greet, http: { get: "/x/{name}" } } },
      },
      "two methods have GET",
    ],
    [
      "nested bindings",
      {
        service: "A",
        methods: {
          a: { http: { get: "/a", additional_bindings: [{ get: "/b", additional_bindings: [] }] } },
        },
      },
      "stand in others",
    ],
  ])("with %s is refused", (_, bad, message) => {
    expect(() => createTranslator(bad, { target: "bolt" })).toThrow(RangeError);
    expect(() => createTranslator(bad, { target: "bolt" })).toThrow(message);
  });
});

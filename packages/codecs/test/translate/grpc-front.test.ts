import { createHeaders } from "@dualmesh/core";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { frameMessage, GrpcMessageDecoder } from "../../src/grpc/index.ts";
import { GrpcWebDecoder, GrpcWebEncoder } from "../../src/grpc-web/index.ts";
import { throwable } from "../../src/hessian/index.ts";
import {
  createTranslator,
  type HttpRequest,
  type HttpResponse,
  JAVA_EXCEPTION_HEADER,
} from "../../src/translate/index.ts";
import { readUnary } from "../../src/translate/unary-message.ts";
import { answer, bolt, called } from "./orders.ts";

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

  test("an interface inside of a class has the name of the printed schema, and Java's", () => {
    const inner = createTranslator({ service: "a.Outer$Inner", methods: { get$: {} } }, { target: "bolt" });
    for (const path of ["/a.Outer_Inner/get_", "/a.Outer$Inner/get$"]) {
      const call = inner.fromHttp({ ...greet, path, body: frameMessage(Buffer.alloc(0)) });
      expect(call).toMatchObject({ kind: "call", service: "a.Outer$Inner", method: "get$" });
    }
  });

  test("an exception is UNKNOWN in trailers alone", () => {
    const response = bolt.toHttp(
      called(greet).call,
      answer({ value: throwable("com.example.E", "100 % no") }),
    );
    const flat = response.headers.flat();
    expect(flat.slice(0, -2)).toEqual([
      ...["content-type", "application/grpc+proto", "grpc-accept-encoding", "identity"],
      ...["grpc-status", "2", "grpc-message", "100 %25 no", JAVA_EXCEPTION_HEADER, "com.example.E"],
    ]);
    expect(flat.at(-2)).toBe("grpc-status-details-bin");
    const { root } = protobuf.parse(`syntax = "proto3";
      message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
      message Any { string type_url = 1; ErrorInfo value = 2; }
      message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }`);
    expect(
      root
        .lookupType("Status")
        .decode(Buffer.from(flat.at(-1) ?? "", "base64"))
        .toJSON(),
    ).toEqual({
      code: 2,
      message: "100 % no",
      details: [
        {
          typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
          value: {
            reason: "JAVA_EXCEPTION",
            domain: "com.example.Orders",
            metadata: { className: "com.example.E" },
          },
        },
      ],
    });
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

test("of a body of many messages none but the first is kept", () => {
  expect(readUnary(Buffer.alloc(5_000_000), 100)).toEqual({
    kind: "failure",
    code: "INTERNAL",
    message: "grpc body: 1000000 messages; expected 1",
  });
});

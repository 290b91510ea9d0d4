import { createHeaders } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { bolt, createSofaContent, readBoltFrame, writeBoltFrame } from "../../src/bolt/index.ts";
import { createDubboContent, writeDubboFrame } from "../../src/dubbo/index.ts";
import { frameMessage } from "../../src/grpc/index.ts";
import { java, toJavaError } from "../../src/hessian/index.ts";
import { createReverseTranslator, createTranslator, type HttpResponse } from "../../src/translate/index.ts";

const schema = {
  service: "com.example.Greeter",
  methods: {
    greet: { args: { name: java.string, times: java.int }, returns: java.string },
    other: { javaName: "greet", args: { name: java.string }, returns: java.long },
  },
};

const sofa = createSofaContent();
const service = "com.example.Greeter:1.0";
const invocation = {
  service,
  method: "greet",
  argumentTypes: ["java.lang.String", "int"],
  arguments: ["a", 2],
};
const frameOf = (content: Buffer, type = 1, more: object = {}) =>
  writeBoltFrame({ type, command: 1, id: 7, timeoutMs: 900, content, ...more });
const call = frameOf(sofa.writeRequest(invocation));

const grpc = createReverseTranslator(schema, { source: "bolt", target: "grpc" });
const json = createReverseTranslator(schema, { source: "bolt", target: "json" });

const grpcResponse = (message: Buffer | undefined, trailers: readonly string[]): HttpResponse => ({
  status: 200,
  headers: createHeaders(["content-type", "application/grpc"]),
  body: message === undefined ? Buffer.alloc(0) : frameMessage(message),
  trailers: createHeaders(trailers),
});
const jsonResponse = (status: number, body: string): HttpResponse => ({
  status,
  headers: createHeaders(["content-type", "application/json"]),
  body: Buffer.from(body),
  trailers: undefined,
});

function taken<C extends { readonly kind: string }>(from: C): Extract<C, { readonly kind: "call" }> {
  if (from.kind !== "call") throw new Error("it was refused");
  return from as Extract<C, { readonly kind: "call" }>;
}

describe("Bolt", () => {
  test("a call is a message of gRPC, and the message of its answer a SofaResponse", () => {
    const from = taken(grpc.fromJava(call));
    expect(from.request.body.toString("hex")).toBe("00000000050a01611002");
    expect([from.request.path, from.request.headers.get("grpc-timeout")]).toEqual([
      "/com.example.Greeter/greet",
      "900m",
    ]);
    const answer = grpc.toJava(from, grpcResponse(Buffer.from("0a026869", "hex"), ["grpc-status", "0"]));
    expect([answer?.id, answer?.status]).toEqual([7, 0]);
    expect(sofa.readResponse(answer?.body ?? Buffer.alloc(0)).value).toBe("hi");
  });

  test("a call is JSON, and the JSON of its answer a SofaResponse", () => {
    const from = taken(json.fromJava(call));
    expect(from.request.body.toString()).toBe('{"name":"a","times":2}');
    const answer = json.toJava(from, jsonResponse(200, '"hi"'));
    expect(sofa.readResponse(answer?.body ?? Buffer.alloc(0)).value).toBe("hi");
  });

  test("overloads are told apart by their types", () => {
    const other = { ...invocation, argumentTypes: ["java.lang.String"], arguments: ["a"] };
    const from = taken(json.fromJava(frameOf(sofa.writeRequest(other))));
    expect(from.method).toBe("other");
    const answer = json.toJava(from, jsonResponse(200, '"9"'));
    expect(sofa.readResponse(answer?.body ?? Buffer.alloc(0)).value).toBe(9n);
  });

  test("v2 with a check sum is answered so", () => {
    const v2 = frameOf(sofa.writeRequest(invocation), 1, { protocol: 2, checksum: true });
    const answer = json.toJava(taken(json.fromJava(v2)), jsonResponse(200, '"hi"'));
    const again = readBoltFrame(Buffer.concat(answer?.bytes ?? []));
    expect([again.generation, again.hasChecksum]).toEqual([2, true]);
  });

  test("a one-way call has no answer", () => {
    const from = taken(json.fromJava(frameOf(sofa.writeRequest(invocation), 2)));
    expect(json.toJava(from, jsonResponse(500, ""))).toBeUndefined();
    expect(json.fromJava(frameOf(Buffer.from([0x4e]), 2))).toMatchObject({
      kind: "refusal",
      answer: undefined,
    });
  });

  test.each<[string, HttpResponse, number, string | null, string | undefined]>([
    ["UNKNOWN", jsonResponse(500, '{"code":2,"message":"no luck"}'), 0, null, "[UNKNOWN] no luck"],
    ["NOT_FOUND", jsonResponse(404, '{"code":5,"message":"no order"}'), 0, null, "[NOT_FOUND] no order"],
    ["UNIMPLEMENTED", jsonResponse(404, "<html>"), 0, "the server answered with status 404", undefined],
    ["UNAVAILABLE", jsonResponse(503, "<html>"), 5, null, undefined],
    ["DEADLINE_EXCEEDED", jsonResponse(504, '{"code":4,"message":"late"}'), 7, null, undefined],
    ["a value of another type", jsonResponse(200, "5"), 1, null, undefined],
  ])("%s", (_, response, status, errorMessage, message) => {
    const answer = json.toJava(taken(json.fromJava(call)), response);
    expect(answer?.status).toBe(status);
    if (status !== 0) return;
    const result = sofa.readResponse(answer?.body ?? Buffer.alloc(0));
    expect([result.errorMessage, toJavaError(result.value)?.message]).toEqual([errorMessage, message]);
    expect(answer?.header("sofa_head_response_error")).toBe("true");
  });

  test.each([
    [
      "another method",
      { ...invocation, method: "x" },
      "method not found: com.example.Greeter:1.0 x(java.lang.String,int)",
    ],
    ["another service", { ...invocation, service: "com.example.Greeter:2.0" }, "method not found"],
    ["an argument of another type", { ...invocation, arguments: [5, 2] }, "greet: argument 0 is no string"],
  ])("refuses %s", (_, other, message) => {
    const refusal = json.fromJava(frameOf(sofa.writeRequest(other)));
    expect(refusal).toMatchObject({ kind: "refusal", message: expect.stringContaining(message) });
  });
});

describe("Dubbo", () => {
  const content = createDubboContent();
  const back = createReverseTranslator(schema, { source: "dubbo", target: "grpc" });
  const body = content.writeRequest({
    service: "com.example.Greeter",
    version: "0.0.0",
    method: "greet",
    descriptor: "Ljava/lang/String;I",
    arguments: ["a", 2],
    attachments: new Map([["timeout", "900"]]),
  });
  const frame = writeDubboFrame({ isRequest: true, isTwoWay: true, id: 7, idHigh: 1, body });

  test("a call is a message, and the message of its answer a result", () => {
    const from = taken(back.fromJava(frame));
    expect([from.request.body.toString("hex"), from.timeoutMs]).toEqual(["00000000050a01611002", 900]);
    const answer = back.toJava(from, grpcResponse(Buffer.from("0a026869", "hex"), ["grpc-status", "0"]));
    expect([answer?.id, answer?.idHigh, answer?.status]).toEqual([7, 1, 20]);
    expect(content.readResponse(answer?.body ?? Buffer.alloc(0)).value).toBe("hi");
  });

  test("a status is an exception of the application, or of the frame", () => {
    const from = taken(back.fromJava(frame));
    const thrown = back.toJava(from, grpcResponse(undefined, ["grpc-status", "9", "grpc-message", "no"]));
    const result = content.readResponse(thrown?.body ?? Buffer.alloc(0));
    expect([result.isException, toJavaError(result.value)?.message]).toEqual([
      true,
      "[FAILED_PRECONDITION] no",
    ]);
    const late = back.failed(from, { code: "DEADLINE_EXCEEDED", message: "late" });
    expect([late?.status, late?.message]).toEqual([31, "late"]);
  });
});

test("there and back again: JSON over Bolt to JSON is the same request", () => {
  const request = {
    method: "POST",
    path: "/com.example.Greeter/greet",
    headers: createHeaders(["content-type", "application/json"]),
    body: Buffer.from('{"name":"ä","times":3}'),
  };
  const there = taken(createTranslator(schema, { target: "bolt" }).fromHttp(request));
  const back = taken(json.fromJava(there.message));
  expect(back.request.body.toString()).toBe(request.body.toString());
  expect(bolt.outcome(json.toJava(back, jsonResponse(200, '"x"')) ?? call)).toBe("OK");
});

import { textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  CODES,
  codeFromHttpStatus,
  codeFromNumber,
  codeNumber,
  createHeaders,
  grpcOutcome,
  isIdempotentMethod,
  localReply,
  resetOutcome,
  responseOutcome,
  WRITTEN,
} from "../src/index.ts";

describe("status codes", () => {
  test("are numbered as in grpc-status, there and back", () => {
    expect(CODES).toHaveLength(17);
    expect(CODES.map(codeNumber)).toEqual(CODES.map((_, i) => i));
    expect(CODES.map((_, i) => codeFromNumber(i))).toEqual([...CODES]);
    expect([
      codeNumber("DEADLINE_EXCEEDED"),
      codeNumber("UNAVAILABLE"),
      codeNumber("UNAUTHENTICATED"),
    ]).toEqual([4, 14, 16]);
  });

  test.each([17, -1, 1.5, Number.NaN])("the number %s, which gRPC does not know, is UNKNOWN", (number) => {
    expect(codeFromNumber(number)).toBe("UNKNOWN");
  });

  test.each([
    [200, "OK"],
    [204, "OK"],
    [301, "UNKNOWN"],
    [400, "INTERNAL"],
    [401, "UNAUTHENTICATED"],
    [403, "PERMISSION_DENIED"],
    [404, "UNIMPLEMENTED"],
    [408, "UNKNOWN"],
    [429, "UNAVAILABLE"],
    [500, "UNKNOWN"],
    [502, "UNAVAILABLE"],
    [503, "UNAVAILABLE"],
    [504, "UNAVAILABLE"],
  ])("HTTP %d without a grpc-status is %s", (status, code) => {
    expect(codeFromHttpStatus(status)).toBe(code);
  });
});

describe("the outcome of a response", () => {
  test.each([
    [101, "OK"],
    [200, "OK"],
    [304, "OK"],
    [404, "UNIMPLEMENTED"],
    [503, "UNAVAILABLE"],
  ])("with status %d is %s: what is below 400 failed nobody", (status, code) => {
    expect(responseOutcome(textResponse(status).head)).toEqual({
      code,
      status,
      flag: "",
      details: "via_upstream",
      execution: "executed",
    });
  });

  test("that a filter made is what the filter said, with the status that went out", () => {
    const { head } = localReply({ status: 429, details: "local_rate_limited", flag: "RL" });
    head.status = 503;
    expect(responseOutcome(head)).toEqual({
      code: "UNAVAILABLE",
      status: 503,
      flag: "RL",
      details: "local_rate_limited",
      execution: "not-executed",
    });
  });

  test("that was cut off is the reset's, with the status of the head if one had come", () => {
    const reset = {
      code: "UNAVAILABLE",
      flag: "UC",
      message: "connection lost",
      execution: "in-doubt",
    } as const;
    expect(resetOutcome(reset)).toEqual({
      code: "UNAVAILABLE",
      status: 0,
      flag: "UC",
      details: "connection_lost",
      execution: "in-doubt",
    });
    expect(resetOutcome(reset, 200).status).toBe(200);
  });

  test("of a one-way call is no success: whether it arrived stays in doubt", () => {
    expect(responseOutcome(WRITTEN.head)).toMatchObject({ code: "OK", execution: "in-doubt" });
  });
});

test("what is written to a one-way call's head goes nowhere, so that calls do not see each other", () => {
  const { headers } = WRITTEN.head;
  headers.set("x-user", "ann");
  headers.append("x-user", "bob");
  expect([headers.has("x-user"), headers.get("x-user"), headers.size, [...headers]]).toEqual([
    false,
    undefined,
    0,
    [],
  ]);
  expect(Object.isFrozen(WRITTEN.head)).toBe(true);
});

describe("the outcome of a gRPC call", () => {
  const trailers = (status: string) => createHeaders(["grpc-status", status]);

  test.each([
    ["0", "OK"],
    ["14", "UNAVAILABLE"],
    ["99", "UNKNOWN"],
    ["", "UNKNOWN"],
    ["-1", "UNKNOWN"],
    ["0x0", "UNKNOWN"],
  ])("with grpc-status %j in the trailers is %s", (status, code) => {
    expect(grpcOutcome(textResponse(200).head, trailers(status)).code).toBe(code);
  });

  test("stands in the head where there are no trailers", () => {
    expect(grpcOutcome(textResponse(200, "", { "grpc-status": "5" }).head, undefined).code).toBe("NOT_FOUND");
  });

  test("without a grpc-status is HTTP's, and a 200 alone says nothing", () => {
    expect(grpcOutcome(textResponse(200).head, undefined).code).toBe("UNKNOWN");
    expect(grpcOutcome(textResponse(503).head, undefined).code).toBe("UNAVAILABLE");
  });

  test("that a filter refused is the filter's", () => {
    const { head } = localReply({ status: 200, details: "x", code: "PERMISSION_DENIED" });
    expect(grpcOutcome(head, undefined).code).toBe("PERMISSION_DENIED");
    const health = localReply({ status: 200, details: "direct_response" }).head;
    expect(grpcOutcome(health, undefined).code).toBe("OK");
  });
});

test("methods are idempotent by RFC 9110, and case-sensitive", () => {
  const methods = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "CONNECT", "get", ""];
  expect(methods.filter(isIdempotentMethod)).toEqual(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
});

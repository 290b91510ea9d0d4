import { bodyText } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { localReply, NO_BODY, resetReply } from "../src/index.ts";

describe("a local reply", () => {
  test("without a text has no body and no headers", () => {
    const reply = localReply({ status: 404, details: "route_not_found", flag: "NR" });
    expect(reply.body).toBe(NO_BODY);
    expect(reply.head.headers.size).toBe(0);
    expect(reply.head.local).toEqual({
      code: "UNIMPLEMENTED",
      flag: "NR",
      details: "route_not_found",
      message: "route_not_found",
      execution: "not-executed",
    });
  });

  test("with a text says its length in bytes and its type", async () => {
    const reply = localReply({ status: 429, details: "local_rate_limited", flag: "RL", body: "zu häufig" });
    expect(await bodyText(reply.body)).toBe("zu häufig");
    expect([...reply.head.headers]).toEqual([
      ["content-length", "10"],
      ["content-type", "text/plain"],
    ]);
    expect(reply.head.local?.message).toBe("zu häufig");
  });

  test("keeps a content type that it was given, in any spelling", () => {
    const headers = ["Content-Type", "application/json"];
    const reply = localReply({ status: 403, details: "rbac", body: "{}", headers });
    expect(reply.head.headers.getAll("content-type")).toEqual(["application/json"]);
    expect(headers).toEqual(["Content-Type", "application/json"]);
  });

  test("takes a value of content-type for a value and no name", () => {
    const reply = localReply({
      status: 400,
      details: "x",
      body: "x",
      headers: ["x-missing", "content-type"],
    });
    expect(reply.head.headers.get("content-type")).toBe("text/plain");
  });

  test("says what it is told rather than what it can guess", () => {
    const reply = localReply({
      status: 503,
      details: "overflow",
      code: "RESOURCE_EXHAUSTED",
      message: "too many requests are pending",
      execution: "in-doubt",
    });
    expect(reply.head.local).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      flag: "",
      message: "too many requests are pending",
      execution: "in-doubt",
    });
  });

  test("can still be changed by the filters outside of it", () => {
    const reply = localReply({ status: 503, details: "x" });
    reply.head.status = 500;
    reply.head.headers.set("x-why", "x");
    expect([reply.head.status, reply.head.headers.get("x-why")]).toEqual([500, "x"]);
  });
});

test.each([
  ["DEADLINE_EXCEEDED", "UF", 504],
  ["UNAVAILABLE", "UF", 503],
  ["UNAVAILABLE", "UPE", 502],
  ["CANCELLED", "UF", 503],
] as const)("a reset with %s and the flag %s before the head is a %d", async (code, flag, status) => {
  const reply = resetReply({ code, flag, message: "no\troute to\nhost", execution: "not-executed" });
  expect(reply.head.status).toBe(status);
  expect(reply.head.local).toMatchObject({ code, flag, details: "no_route_to_host" });
  expect(await bodyText(reply.body)).toBe("no\troute to\nhost");
});

test("a reset tells the client its reply, and programs and logs its details and its message", async () => {
  const reply = resetReply({
    code: "UNAVAILABLE",
    flag: "UF",
    execution: "not-executed",
    message: "connect ECONNREFUSED 10.0.0.7:80",
    details: "upstream_reset{connect ECONNREFUSED 10.0.0.7:80}",
    reply: "upstream connect error",
  });
  expect(await bodyText(reply.body)).toBe("upstream connect error");
  expect(reply.head.local).toMatchObject({
    details: "upstream_reset{connect_ECONNREFUSED_10.0.0.7:80}",
    message: "connect ECONNREFUSED 10.0.0.7:80",
  });
});

test("a refusal may say what gRPC clients are told, and that it goes out as it is", () => {
  const plain = localReply({ status: 503, details: "x" }).head.local;
  expect([plain?.grpcStatus, plain?.asIs]).toEqual([undefined, undefined]);
  const told = localReply({ status: 200, details: "x", grpcStatus: 429, asIs: true }).head.local;
  expect([told?.grpcStatus, told?.asIs]).toEqual([429, true]);
});

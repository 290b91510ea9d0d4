import { type BoltFrame, bolt } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall, writeDubboFrame } from "@dualmesh/codecs/dubbo";
import type { Frame } from "@dualmesh/codecs/frame";
import {
  bytesBody,
  CODES,
  codeFromHttpStatus,
  createHeaders,
  httpStatusFromCode,
  localReply,
} from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { codecOf, frameOf, frameRequest, frameResponse, requestFrame, responseFrame } from "../src/index.ts";
import { boltRequest, boltResponse } from "./bolt-messages.ts";

const dubboCall = () =>
  writeDubboCall({
    id: 7,
    service: "com.example.Greeter",
    version: "1.0.0",
    method: "greet",
    descriptor: "Ljava/lang/String;",
    arguments: Buffer.from("0461626364", "hex"),
    attachments: new Map([["Tenant", "blue"]]),
  });

describe("a request in a frame", () => {
  test.each([
    ["bolt", boltRequest("abc"), "com.example.Greeter:1.0"],
    ["dubbo", dubboCall(), "com.example.Greeter"],
  ])("%s: says whom it is for, and passes as it came", (protocol, frame, service) => {
    const request = frameRequest(frame);
    const { head } = request;
    expect([head.protocol, head.exchange, head.method, head.authority, head.path]).toEqual([
      protocol,
      "unary",
      "",
      service,
      `/${service}/greet`,
    ]);
    expect(requestFrame(request)).toBe(frame);
    expect(request.body.kind === "bytes" && Buffer.compare(request.body.bytes, frame.body)).toBe(0);
  });

  test("nothing of it is read before somebody asks", () => {
    const asked: string[] = [];
    const frame = new Proxy(boltRequest("abc"), {
      get(target, name) {
        asked.push(String(name));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }) as Frame;
    const request = frameRequest(frame);
    expect(request.head.headers.changed).toBe(false);
    requestFrame(request);
    expect(asked).toEqual(["protocol", "kind"]);
    request.head.headers.get("service");
    expect(asked.slice(2)).toEqual(["header"]);
  });

  test("headers are found in any case, keep their spelling, and changes reach the wire", () => {
    const request = frameRequest(dubboCall());
    const { headers } = request.head;
    expect(headers.get("TENANT")).toBe("blue");
    headers.set("tenant", "green");
    headers.append("X-Trace", "1");
    expect(headers.flat()).toEqual(["Tenant", "green", "X-Trace", "1"]);
    const sent = requestFrame(request);
    expect([...sent.headers()]).toEqual([
      ["Tenant", "green"],
      ["X-Trace", "1"],
    ]);
    headers.delete("TENANT");
    expect(requestFrame(request).header("Tenant")).toBe(undefined);
  });

  test("a head that a filter copied is compared with its frame", () => {
    const frame = boltRequest("abc");
    const { head, body } = frameRequest(frame);
    const copy = {
      ...head,
      path: head.path,
      authority: head.authority,
      headers: createHeaders(head.headers.flat()),
    };
    expect(requestFrame({ head: copy, body })).toBe(frame);
    copy.headers.set("zone", "b");
    expect(requestFrame({ head: copy, body }).header("zone")).toBe("b");
  });

  test("whose head is another one, as that of a retry, still came by its codec", () => {
    const { head, body } = frameRequest(boltRequest("abc"), bolt);
    const copy = { ...head, path: head.path, authority: head.authority, headers: createHeaders() };
    expect(codecOf({ head: copy, body })).toBe(bolt);
    expect(codecOf({ head: copy, body: bytesBody("other") })).toBe(undefined);
  });

  test("a body that was replaced is Bolt's new content, and refused for Dubbo", () => {
    const request = frameRequest(boltRequest("abc", { id: 9, timeoutMs: 500 }));
    request.body = bytesBody("other");
    request.head.headers.set("zone", "b");
    const frame = requestFrame(request) as BoltFrame;
    expect([String(frame.body), frame.header("zone"), frame.id, frame.timeoutMs]).toEqual([
      "other",
      "b",
      9,
      500,
    ]);
    const refused = { ...frameRequest(dubboCall()), body: bytesBody("other") };
    expect(() => requestFrame(refused)).toThrow(
      "[UNIMPLEMENTED] rpc: a filter replaced the body of a dubbo frame",
    );
  });

  test("a request of another protocol has no frame", () => {
    const head = {
      ...frameRequest(boltRequest()).head,
      protocol: "h2",
      path: "/",
      authority: "",
      headers: createHeaders(),
    };
    expect(() => requestFrame({ head, body: bytesBody("a") })).toThrow(
      'a request of protocol "h2" came in no frame',
    );
  });
});

describe("a response in a frame", () => {
  test("has HTTP's status for its outcome", () => {
    expect(frameResponse(boltResponse({ id: 1 }), bolt).head.status).toBe(200);
    expect(frameResponse(boltResponse({ id: 1 }, "", 4), bolt).head.status).toBe(429);
    expect(frameResponse(boltResponse({ id: 1 }, "", 7), bolt).head.status).toBe(504);
    const same = CODES.filter((code) => codeFromHttpStatus(httpStatusFromCode(code)) === code);
    expect(same).toEqual([
      "OK",
      "UNKNOWN",
      "PERMISSION_DENIED",
      "UNIMPLEMENTED",
      "UNAVAILABLE",
      "UNAUTHENTICATED",
    ]);
  });

  test("goes out under the request's id, with the headers that filters left", () => {
    const request = dubboCall().withId(5, 6);
    const answer = frameResponse(
      writeDubboFrame({ status: 20, id: 1, body: Buffer.from("94034f4b21485a", "hex") }),
      dubbo,
    );
    answer.head.headers.set("zone", "b");
    const frame = responseFrame(answer, request, dubbo);
    expect([frame.id, frame.idHigh, frame.header("zone")]).toEqual([5, 6, "b"]);
    const unchanged = frameResponse(boltResponse({ id: 5 }), bolt);
    expect(responseFrame(unchanged, boltRequest("", { id: 5 }), bolt)).toBe(frameOf(unchanged));
  });

  test("of nobody upstream is the protocol's refusal", () => {
    const reply = localReply({ status: 503, code: "RESOURCE_EXHAUSTED", details: "overload" });
    expect(responseFrame(reply, boltRequest("", { id: 3 }), bolt)).toMatchObject({ id: 3, status: 4 });
    expect(responseFrame(reply, dubboCall(), dubbo)).toMatchObject({ id: 7, status: 100 });
    const plain = { head: { status: 200, headers: createHeaders() }, body: bytesBody("text") };
    const refused = responseFrame(plain, boltRequest("", { id: 3 }), bolt);
    expect(refused.status).toBe(1);
    expect(refused.header("dualmesh_refusal")).toBe("rpc: the service answered a bolt frame with none");
  });
});

import { expect, test } from "vitest";
import {
  BOLT_STATUS,
  createSofaContent,
  readBoltFrame,
  SOFA_CLASS,
  writeBoltFrame,
} from "../../src/bolt/index.ts";
import { createHessian } from "../../src/hessian/index.ts";
import { readTrFrame, tr, writeTrFrame } from "../../src/tr/index.ts";
import { boltToTr, trToBolt } from "../../src/translate/index.ts";

const sofa = createSofaContent();
const service = "com.example.Greeter:1.0";
const content = sofa.writeRequest({
  service,
  method: "greet",
  argumentTypes: ["java.lang.String"],
  arguments: ["a"],
});
const request = writeTrFrame({ id: 9, idHigh: 3, className: SOFA_CLASS.request, content });

test("a call keeps class and content, and says service and method in its headers", () => {
  const frame = readBoltFrame(Buffer.concat(trToBolt(request, { id: 0xffff_ffff, timeoutMs: 500 }).bytes));
  expect([frame.kind, frame.id, frame.timeoutMs, frame.serializer]).toEqual(["request", 0xffff_ffff, 500, 1]);
  expect([frame.service, frame.method, frame.className]).toEqual([service, "greet", SOFA_CLASS.request]);
  expect(frame.body.equals(content)).toBe(true);
});

test("content in the newer dialect keeps TR's serializer", () => {
  const newer = createHessian({ dialect: "4" }).encode(new Map([["a", 1]]));
  const bytes = Buffer.concat(writeTrFrame({ id: 9, className: "a.B", content: newer }).bytes);
  bytes[2] = 4;
  expect(trToBolt(readTrFrame(bytes), { id: 1 }).serializer).toBe(4);
});

test("a one-way call is one, and waits for nothing", () => {
  const oneway = writeTrFrame({ id: 9, isOneway: true, className: SOFA_CLASS.request, content });
  const frame = trToBolt(oneway, { id: 1 });
  expect([frame.kind, frame.timeoutMs]).toEqual(["oneway", undefined]);
});

test("an answer has the id of its request, all 64 bits", () => {
  const result = sofa.writeResponse({ value: "hi" });
  const answer = writeBoltFrame({
    type: 0,
    command: 2,
    id: 1,
    className: SOFA_CLASS.response,
    content: result,
  });
  const back = readTrFrame(Buffer.concat(boltToTr(answer, request).bytes));
  expect([back.kind, back.id, back.idHigh, back.status, back.className]).toEqual([
    "response",
    9,
    3,
    0,
    SOFA_CLASS.response,
  ]);
  expect(back.body.equals(result)).toBe(true);
});

test("a status is a result of 1", () => {
  const answer = writeBoltFrame({ type: 0, command: 2, id: 1, status: BOLT_STATUS.timeout });
  const back = boltToTr(answer, request);
  expect([back.status, back.id, tr.outcome(back)]).toEqual([1, 9, "UNKNOWN"]);
  expect(Buffer.concat(back.bytes).toString("latin1")).toContain("bolt status 7 (DEADLINE_EXCEEDED)");
});

test("a heartbeat is one, and its answer too", () => {
  const heartbeat = tr.heartbeat(5) as typeof request;
  expect(trToBolt(heartbeat, { id: 2 }).kind).toBe("heartbeat");
  const ack = writeBoltFrame({ type: 0, command: 0, id: 2 });
  expect([boltToTr(ack, heartbeat).kind, boltToTr(ack, heartbeat).id]).toEqual(["heartbeat-ack", 5]);
});

test("a response goes the other way", () => {
  expect(() => trToBolt(writeTrFrame({ id: 1, isResponse: true }), { id: 1 })).toThrow(RangeError);
});

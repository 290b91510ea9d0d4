import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError, FrameDecoder } from "../../src/frame/index.ts";
import { frameConformance } from "../../src/frame/testing/index.ts";
import { HessianReader, HessianWriter, JavaObject, PROFILES } from "../../src/hessian/index.ts";
import { readTrFrame, TR_HEARTBEAT_CLASS, type TrFrame, tr, writeTrFrame } from "../../src/tr/index.ts";

const join = (frame: { readonly bytes: readonly Buffer[] }): Buffer => Buffer.concat(frame.bytes);
const SOFA_REQUEST = "com.alipay.sofa.rpc.core.request.SofaRequest";

function written(profile: "sofa-3" | "sofa-4", value: unknown): Buffer {
  const writer = new HessianWriter({ profile: PROFILES[profile] }).begin();
  writer.any(value);
  return writer.take();
}

const call = (profile: "sofa-3" | "sofa-4"): Buffer =>
  written(
    profile,
    JavaObject.of(SOFA_REQUEST, [
      ["targetAppName", null],
      ["methodName", "greet"],
      ["requestProps", new Map([["a", ["b"]]])],
      ["targetServiceUniqueName", "com.example.Greeter:1.0"],
    ]),
  );

/** A frame around any connection object. */
function framed(object: Buffer, content = call("sofa-3"), isResponse = false): Buffer {
  const head = Buffer.from([0x0d, isResponse ? 1 : 0, 1, 2, 0, 0, 0, 0, 0, SOFA_REQUEST.length, 0, 0, 0, 0]);
  head.writeUInt32BE(object.length, 5);
  head.writeUInt32BE(content.length, 10);
  return Buffer.concat([head, object, Buffer.from(SOFA_REQUEST), content]);
}

const text = (value: string): Buffer =>
  Buffer.from(`\0${String.fromCharCode(value.length)}${value}`, "latin1");
const CONNECTION = "com.taobao.remoting.impl.ConnectionRequest";
/** As Hessian 1 has it: typed maps, strings with an S, longs of 8 bytes. */
const OLDEST = Buffer.concat([
  Buffer.from("Mt"),
  text(CONNECTION),
  Buffer.from("S"),
  text("ctx"),
  Buffer.from("Mt"),
  text(`${CONNECTION}$RequestContext`),
  Buffer.from("S"),
  text("id"),
  Buffer.from("4c0000000000000007", "hex"),
  Buffer.from("S"),
  text("this$0"),
  Buffer.from("52000000007a", "hex"),
  Buffer.from("S"),
  text("toAppKey"),
  Buffer.from("4e7a", "hex"),
]);

const NEW = (() => {
  const request = new JavaObject({ name: CONNECTION, fields: ["fromAppKey", "ctx", "toAppKey"] }, [
    "me",
    null,
    [new Map()],
  ]);
  request.values[1] = JavaObject.of(`${CONNECTION}$RequestContext`, [
    ["this$0", request],
    ["id", 7n],
  ]);
  return written("sofa-4", request);
})();

const SAMPLES = [
  join(writeTrFrame({ id: 7, className: SOFA_REQUEST, content: call("sofa-3") })),
  join(writeTrFrame({ id: 300, isOneway: true, className: SOFA_REQUEST, content: call("sofa-4") })),
  join(
    writeTrFrame({
      id: 5,
      idHigh: 0xffff_0000,
      isResponse: true,
      className: "a.B",
      content: Buffer.of(0x4e),
    }),
  ),
  framed(OLDEST),
  framed(NEW, call("sofa-4")),
  join(tr.heartbeat(9)),
  join(tr.heartbeatAck(tr.heartbeat(9))),
];

describe("tr keeps to what a proxy relies on", () => {
  test.each(frameConformance(tr, SAMPLES))("$name", ({ check }) => {
    expect(check()).toEqual([]);
  });
});

test("kinds go by flag, direction and class", () => {
  expect(SAMPLES.map((bytes) => readTrFrame(bytes).kind)).toEqual([
    "request",
    "oneway",
    "response",
    "request",
    "request",
    "heartbeat",
    "heartbeat-ack",
  ]);
  expect(tr.goaway(1)).toBeUndefined();
});

test("service and method are found in the application's object, in both dialects", () => {
  const [old, oneway, response, , newer] = SAMPLES.map((bytes) => readTrFrame(bytes));
  const told = (frame?: TrFrame) => [frame?.service, frame?.method];
  expect([old, oneway, newer].map(told)).toEqual(Array(3).fill(["com.example.Greeter:1.0", "greet"]));
  expect(told(response)).toEqual(["", ""]);
});

test.each([0, 1, 15, 16, 2_047, 2_048, 262_143, 262_144, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
  "the id %d is written and read in all forms of objects, and all else stays",
  (id) => {
    for (const object of [
      OLDEST,
      NEW,
      SAMPLES[0]?.subarray(14, 14 + (SAMPLES[0]?.readUInt32BE(5) ?? 0)) ?? OLDEST,
    ]) {
      for (const idHigh of [0, 1, 0x8000_0000, 0xffff_ffff]) {
        const frame = readTrFrame(framed(object));
        const moved = readTrFrame(join(frame.withId(id, idHigh)));
        expect([moved.id, moved.idHigh]).toEqual([id, idHigh]);
        expect([moved.service, moved.className, moved.body]).toEqual([
          frame.service,
          frame.className,
          frame.body,
        ]);
        expect(join(moved.withId(7)).equals(framed(object))).toBe(true);
      }
    }
  },
);

test("what is written is read by a reader of Hessian, with the id where Java has it", () => {
  const bytes = join(readTrFrame(SAMPLES[0] ?? OLDEST).withId(1, 2));
  const request = new HessianReader({ dialect: "3" })
    .begin(bytes, 14, 14 + bytes.readUInt32BE(5))
    .read() as JavaObject;
  const context = request.get("ctx") as JavaObject;
  expect([request.class, context.get("id"), context.get("this$0")]).toEqual([
    CONNECTION,
    0x2_0000_0001n,
    request,
  ]);
});

test("a refusal says why, and is not OK", () => {
  const refusal = readTrFrame(
    join(tr.refuse(readTrFrame(SAMPLES[0] ?? OLDEST), { code: "UNAVAILABLE", message: "nobody" })),
  );
  expect([refusal.kind, refusal.id, refusal.status]).toEqual(["response", 7, 1]);
  expect(join(refusal).includes("nobody")).toBe(true);
  expect([tr.outcome(refusal), tr.outcome(readTrFrame(SAMPLES[2] ?? OLDEST))]).toEqual(["UNKNOWN", "OK"]);
});

test.each([
  ["another version", "0e", "INVALID_ARGUMENT"],
  ["another flag", "0d02010200000000000000000000", "INVALID_ARGUMENT"],
  ["objects of Java", "0d00020200000000000000000000", "INVALID_ARGUMENT"],
  ["a length over the limit", "0d000102007fffffff0000000000", "RESOURCE_EXHAUSTED"],
  ["no connection object", "0d00010200000000000000000000", "INVALID_ARGUMENT"],
  ["one that is cut", "0d000102000000000100000000004f", "DATA_LOSS"],
])("%s is refused", (_, hex, code) => {
  const decoder = new FrameDecoder(tr, () => expect.unreachable());
  decoder.feed(Buffer.from(hex, "hex"));
  expect(decoder.error?.code).toBe(code);
});

test("what is changed anywhere throws nothing but a DecodeError", () => {
  let [read, failed] = [0, 0];
  fc.assert(
    fc.property(
      fc.nat(SAMPLES.length - 1),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 2 }),
      (index, changes) => {
        const bytes = Buffer.from(SAMPLES[index] ?? OLDEST);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const decoder = new FrameDecoder(tr, (frame) => {
          try {
            expect(frame.withId(5).id).toBe(5);
            expect([frame.service, frame.method, frame.status, frame.kind]).toHaveLength(4);
            read++;
          } catch (error) {
            failed++;
            expect(error).toBeInstanceOf(DecodeError);
          }
        });
        decoder.feed(bytes);
        decoder.end();
        failed += decoder.error === undefined ? 0 : 1;
      },
    ),
    { seed: 6, numRuns: 600 },
  );
  expect([read > 100, failed > 100]).toEqual([true, true]);
  expect(TR_HEARTBEAT_CLASS).toContain("HeartBeat");
});

test("an answer whose status stands behind what is no value is an error of the server, and of nobody else", () => {
  const bytes = join(writeTrFrame({ isResponse: true, id: 7, className: "a.B", content: Buffer.of(0x4e) }));
  bytes[bytes.indexOf(0x4e, 14)] = 0x40;
  const frame = readTrFrame(bytes);
  expect(() => frame.status).toThrow(DecodeError);
  expect([frame.id, tr.outcome(frame)]).toEqual([7, "INTERNAL"]);
});

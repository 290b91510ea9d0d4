import { describe, expect, test } from "vitest";
import {
  BOLT_STATUS,
  type BoltFrame,
  bolt,
  boltCodec,
  readBoltFrame,
  writeBoltFrame,
  writeBoltHeaders,
} from "../../src/bolt/index.ts";
import { createDetector } from "../../src/detect/index.ts";
import { DecodeError } from "../../src/frame/index.ts";
import { boltVectors } from "./bolt-vectors.ts";
import { v2Call } from "./v2-call.ts";

const join = (frame: { readonly bytes: readonly Buffer[] }): Buffer => Buffer.concat(frame.bytes);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("frames of the connection", () => {
  test("heartbeats are those of Java, byte for byte", () => {
    expect(join(bolt.heartbeat(1)).toString("hex")).toBe("0101000001000000010" + "1ffffffff0000000000000000");
    const ack = bolt.heartbeatAck(bolt.heartbeat(1));
    expect(join(ack).toString("hex")).toBe("0100000001000000010" + "100000000000000000000");
  });

  test("a heartbeat is answered in its own layout, with its own switch", () => {
    const asked = readBoltFrame(hex("02 02 01 0000 01 00000001 01 01 00000bb8 0000 0000 00000000 a5984b37"));
    expect(readBoltFrame(join(bolt.heartbeatAck(asked)))).toMatchObject({
      generation: 2,
      version: 2,
      switch: true,
      id: 1,
    });
    const plain = readBoltFrame(join(boltCodec({ protocol: 2 }).heartbeat(3)));
    expect(readBoltFrame(join(bolt.heartbeatAck(plain)))).toMatchObject({
      generation: 2,
      version: 1,
      switch: false,
      id: 3,
    });
  });

  test("a GoAway is one without a body", () => {
    const goaway = bolt.goaway(0);
    expect(readBoltFrame(join(goaway as BoltFrame)).kind).toBe("goaway");
    // It has no place for headers: with some, it would be read as no GoAway.
    expect(goaway?.withHeader("a", "b")).toBe(goaway);
    for (const fields of [
      { content: Buffer.alloc(1) },
      { className: "a" },
      { headers: writeBoltHeaders([["a", "b"]]) },
    ]) {
      const frame = hex(join(writeBoltFrame({ type: 1, command: 1, id: 1, ...fields })).toString("hex"));
      frame[3] = 100;
      expect(() => readBoltFrame(frame)).toThrow(/command 100 with \d+ bytes; expected none/);
    }
  });

  test("a response under the command of a request is none", () => {
    expect(() => readBoltFrame(hex("01 00 0001 01 00000001 01 0000 0000 0000 00000000"))).toThrow(
      DecodeError,
    );
  });
});

describe("a refusal", () => {
  const STATUS = {
    RESOURCE_EXHAUSTED: BOLT_STATUS.serverBusy,
    UNAVAILABLE: BOLT_STATUS.connectionError,
    UNIMPLEMENTED: BOLT_STATUS.noProcessor,
    DEADLINE_EXCEEDED: BOLT_STATUS.timeout,
    INVALID_ARGUMENT: BOLT_STATUS.codecException,
    UNKNOWN: BOLT_STATUS.unknown,
    INTERNAL: BOLT_STATUS.error,
  } as const;

  test.each(Object.entries(STATUS))("of %s is status %d, which says it again", (code, status) => {
    const request = v2Call(true);
    const refusal = bolt.refuse(request, { code: code as keyof typeof STATUS, message: "why" });
    expect(refusal).toMatchObject({ kind: "response", status, id: 1 });
    expect(bolt.outcome(readBoltFrame(join(refusal)))).toBe(code);
    expect(refusal.header("dualmesh_refusal")).toBe("why");
  });

  test("of a status that nobody knows is unknown, and an exception of the application is OK", () => {
    expect(bolt.outcome(writeBoltFrame({ type: 0, command: 2, id: 1, status: 999 }))).toBe("UNKNOWN");
    const failed = boltVectors.find(({ name }) =>
      name.includes("fail: exception of the application, from the server"),
    );
    expect(bolt.outcome(readBoltFrame(failed?.wire ?? Buffer.alloc(0)))).toBe("OK");
  });

  test("is for frames of Bolt alone", () => {
    const other = { protocol: "other" } as unknown as BoltFrame;
    expect(() => bolt.refuse(other, { code: "UNAVAILABLE", message: "" })).toThrow(TypeError);
    expect(() => boltCodec({ checksum: true })).toThrow(RangeError);
  });
});

test("a detector tells it from others by its codec, and gives the codec", () => {
  const custom = { ...bolt, name: "acme", detect: () => "yes" as const, maxDetectBytes: 1 };
  const detector = createDetector([bolt, "http1", custom]);
  expect(detector.detect(hex("01 01 0001 01"))).toEqual({ kind: "found", protocol: bolt });
  expect(detector.detect(Buffer.from("GET / HTTP"))).toEqual({ kind: "found", protocol: "http1" });
  expect(detector.detect(hex("0909090909 09090909"))).toEqual({ kind: "found", protocol: custom });
  expect(detector.maxBytes).toBe(9);
  expect(() => createDetector([{ ...bolt, maxDetectBytes: 25 }])).toThrow(
    'codec "bolt" looks at 1 to 24 bytes, got 25',
  );
});

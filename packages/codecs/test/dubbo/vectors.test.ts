import { describe, expect, test } from "vitest";
import {
  createDubboHead,
  type DubboFrame,
  dubbo,
  dubboCodec,
  parseDescriptor,
  readDubboFrame,
  readDubboHead,
  writeDubboFrame,
} from "../../src/dubbo/index.ts";
import { DecodeError, FrameDecoder } from "../../src/frame/index.ts";
import { type Hostile, vectorsOf } from "../frame/packed-vectors.ts";
import { attachmentsOf, dubboVectors } from "./dubbo-vectors.ts";

const hostile = vectorsOf<Hostile>("hostile", "hostile-dubbo");
const hessian = dubboVectors.filter(({ frame }) => frame.serialization === 2);
const calls = hessian.filter(({ frame }) => frame.request && !frame.event);

/** Reads all that there is to a frame. */
function lookAt(frame: DubboFrame): void {
  expect([frame.service, frame.method, frame.message]).toHaveLength(3);
  expect([...frame.headers()].length + frame.body.length).toBeGreaterThanOrEqual(0);
}

test("there are as many vectors as were made", () => {
  expect([dubboVectors, hostile, hessian, calls].map(({ length }) => length)).toEqual([302, 45, 282, 40]);
});

describe("what Java wrote", () => {
  test.each(dubboVectors)("$name: each field of its head", ({ wire, frame }) => {
    const head = createDubboHead();
    const bytes = Buffer.concat([Buffer.alloc(3, 0xff), wire, Buffer.alloc(2, 0xff)]);
    expect(readDubboHead(bytes, 3, head)).toBe(wire.length);
    const { idHigh, id, ...rest } = head;
    expect((BigInt(idHigh) << 32n) | BigInt(id)).toBe(BigInt(frame.id));
    expect(rest).toEqual({
      isRequest: frame.request,
      isTwoWay: frame.twoWay,
      isEvent: frame.event,
      serialization: frame.serialization,
      status: frame.status,
      bodyLength: frame.bodyLength,
    });
  });

  test.each(dubboVectors)("$name: each part of the frame", ({ wire, frame }) => {
    const read = readDubboFrame(wire);
    const event = frame.body?.[0]?.v;
    const events = { R: "goaway", W: "resume" } as Record<string, string>;
    const kind = frame.event
      ? frame.request
        ? (events[String(event)] ?? "heartbeat")
        : "heartbeat-ack"
      : frame.request
        ? frame.twoWay
          ? "request"
          : "oneway"
        : "response";
    expect(read.kind).toBe(kind);
    expect((BigInt(read.idHigh) << 32n) | BigInt(read.id)).toBe(BigInt(frame.id));
    expect(read.status).toBe(frame.request ? -1 : frame.status);
    expect([read.serialization, read.isTwoWay]).toEqual([frame.serialization, frame.twoWay]);
    expect([...read.headers()]).toEqual(attachmentsOf(frame));
    for (const [name, value] of attachmentsOf(frame)) expect(read.header(name)).toBe(value);
    if (frame.bodyHex !== undefined) expect(read.body.toString("hex")).toBe(frame.bodyHex);
    if (kind === "response" && frame.status !== 20 && frame.body)
      expect(read.message).toBe(frame.body[0]?.v ?? "");
  });

  test.each(calls)("$name: whom it is for", ({ wire, frame }) => {
    const read = readDubboFrame(wire);
    const [dubboVersion, service, version, method, descriptor] = (frame.body ?? []).map(({ v }) => v);
    expect(read.invocation).toMatchObject({ dubboVersion, service, version, method, descriptor });
    expect([read.service, read.method, read.header("version")]).toEqual([service, method, version]);
    expect(parseDescriptor(read.descriptor)).toHaveLength((frame.body?.length ?? 0) - 6);
    const timeout = attachmentsOf(frame).find(([name]) => name === "timeout")?.[1];
    expect(read.timeoutMs).toBe(timeout === undefined ? undefined : Number(timeout));
  });

  test.each(dubboVectors)("$name: written again, the same bytes", ({ wire, frame }) => {
    const { request: isRequest, twoWay: isTwoWay, event: isEvent, serialization, status } = frame;
    const fields = { isRequest, isTwoWay, isEvent, serialization, status, body: wire.subarray(16) };
    const id = { id: wire.readUInt32BE(8), idHigh: wire.readUInt32BE(4) };
    expect(Buffer.concat(writeDubboFrame({ ...fields, ...id }).bytes).equals(wire)).toBe(true);
  });

  test("in a serialization that is not allowed is refused by its head", () => {
    const fastjson = dubboVectors.find(({ frame }) => frame.serialization === 23)?.wire ?? Buffer.alloc(0);
    const decoder = new FrameDecoder(dubbo, () => expect.unreachable());
    decoder.feed(fastjson.subarray(0, 16));
    expect(decoder.error?.rawMessage).toBe("dubbo frame: serialization 23 is not allowed; expected 2, 22");
    let service = "none";
    new FrameDecoder(dubboCodec({ serializations: [23] }), (frame) => {
      ({ service } = frame);
    }).feed(fastjson);
    expect(service).toBe("");
  });
});

describe("hostile bytes", () => {
  test.each(hostile)("$name: $expect", ({ wire, expect: expected }) => {
    const decoder = new FrameDecoder(dubbo, (frame) => lookAt(frame as DubboFrame));
    const feed = (): void => {
      decoder.feed(wire);
      if (decoder.error !== undefined) throw decoder.error;
    };
    if (expected === "error") expect(feed).toThrow(DecodeError);
    if (expected === "bounded") {
      try {
        feed();
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
    if (expected === "incomplete") {
      feed();
      decoder.end();
      expect(decoder.error?.code).toBe("DATA_LOSS");
    }
  });
});

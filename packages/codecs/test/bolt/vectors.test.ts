import { describe, expect, test } from "vitest";
import {
  type BoltHeader,
  bolt,
  createBoltHead,
  readBoltFrame,
  readBoltHead,
  readBoltHeaders,
  writeBoltFrame,
  writeBoltHeaders,
} from "../../src/bolt/index.ts";
import { DecodeError, FrameDecoder } from "../../src/frame/index.ts";
import { type Hostile, vectorsOf } from "../frame/packed-vectors.ts";
import { boltVectors } from "./bolt-vectors.ts";

const headerMaps = vectorsOf<{ readonly pairs: readonly BoltHeader[] }>("frames", "bolt-header-maps");
const hostile = vectorsOf<Hostile>("hostile", "hostile-bolt");
const hostileMaps = vectorsOf<Hostile>("hostile", "hostile-bolt-header-maps");

test("there are as many vectors as were made", () => {
  expect([boltVectors, headerMaps, hostile, hostileMaps].map(({ length }) => length)).toEqual([
    208, 9, 62, 29,
  ]);
});

describe("what Java wrote", () => {
  test.each(boltVectors)("$name: each field of its head", ({ wire, frame }) => {
    const head = createBoltHead();
    // Not at the beginning, and not at the end.
    const bytes = Buffer.concat([Buffer.alloc(3, 0xff), wire, Buffer.alloc(2, 0xff)]);
    expect(readBoltHead(bytes, 3, head)).toBe(wire.length);
    expect(head).toEqual({
      protocol: frame.proto,
      version: frame.ver1 ?? 0,
      type: frame.type,
      command: frame.cmdCode,
      commandVersion: frame.ver2,
      id: frame.requestId,
      serializer: frame.codec,
      switch: frame.switch ?? 0,
      hasChecksum: frame.crc !== undefined,
      timeoutMs: frame.timeout ?? 0,
      status: frame.status ?? -1,
      classLength: Buffer.byteLength(frame.class),
      headersLength: writeBoltHeaders(frame.header).length,
      contentLength: frame.contentLength,
      headLength: (frame.proto === 2 ? 24 : 22) - (frame.type === 0 ? 2 : 0),
    });
  });

  test.each(boltVectors)("$name: each part of the frame", ({ wire, frame }) => {
    const read = readBoltFrame(wire);
    const kinds = frame.cmdCode === 0 ? ["heartbeat-ack", "heartbeat"] : ["response", "request", "oneway"];
    expect(read.kind).toBe(kinds[frame.type]);
    expect(read.id).toBe(frame.requestId);
    expect(read.status).toBe(frame.status ?? -1);
    expect(read.timeoutMs).toBe(frame.timeout !== undefined && frame.timeout > 0 ? frame.timeout : undefined);
    expect(read.className).toBe(frame.class);
    expect([...read.headers()]).toEqual(frame.header);
    for (const [name, value] of frame.header) expect(read.header(name)).toBe(value);
    const headers = new Map(frame.header);
    expect(read.service).toBe(headers.get("service") ?? headers.get("sofa_head_target_service") ?? "");
    expect(read.method).toBe(headers.get("sofa_head_method_name") ?? "");
    expect(read.body).toHaveLength(frame.contentLength);
    if (frame.contentHex !== undefined) expect(read.body.toString("hex")).toBe(frame.contentHex);
    expect([read.generation, read.version, read.switch]).toEqual([
      frame.proto,
      frame.ver1 ?? 0,
      frame.switch === 1,
    ]);
  });

  test.each(boltVectors)("$name: written again, the same bytes", ({ wire, frame }) => {
    const written = writeBoltFrame({
      protocol: frame.proto === 2 ? 2 : 1,
      ...(frame.ver1 !== undefined && { version: frame.ver1 === 2 ? 2 : 1 }),
      checksum: frame.switch === 1,
      type: frame.type,
      command: frame.cmdCode,
      commandVersion: frame.ver2,
      id: frame.requestId,
      serializer: frame.codec,
      ...(frame.timeout !== undefined && { timeoutMs: frame.timeout }),
      ...(frame.status !== undefined && { status: frame.status }),
      className: frame.class,
      headers: writeBoltHeaders(frame.header),
      content: readBoltFrame(wire).body,
    });
    expect(Buffer.concat(written.bytes).toString("hex")).toBe(wire.toString("hex"));
    expect(written.byteLength).toBe(wire.length);
  });

  test.each(headerMaps)("header map $name", ({ wire, pairs }) => {
    expect(readBoltHeaders(wire)).toEqual(pairs);
    expect(writeBoltHeaders(pairs).toString("hex")).toBe(wire.toString("hex"));
  });
});

describe("hostile bytes", () => {
  test.each(hostile)("$name: $expect", ({ wire, expect: expected }) => {
    let frames = 0;
    const decoder = new FrameDecoder(bolt, () => frames++);
    decoder.feed(wire);
    if (expected === "error") expect([decoder.error, frames]).toEqual([expect.any(DecodeError), 0]);
    if (expected === "incomplete") {
      expect([decoder.error, frames]).toEqual([undefined, 0]);
      decoder.end();
      expect(decoder.error?.code).toBe("DATA_LOSS");
    }
  });

  test.each(hostileMaps)("$name: $expect", ({ wire, expect: expected }) => {
    const call = { type: 1, command: 1, id: 1, headers: wire };
    if (expected === "error") {
      expect(() => readBoltHeaders(wire)).toThrow(DecodeError);
      const decoder = new FrameDecoder(bolt, () => expect.unreachable());
      decoder.feed(Buffer.concat(writeBoltFrame(call).bytes));
      expect(decoder.error).toBeInstanceOf(DecodeError);
      return;
    }
    try {
      for (const [name, value] of readBoltHeaders(wire)) expect(`${name}${value}`.length).toBeLessThan(100);
    } catch (error) {
      expect(error).toMatchObject({ name: "DecodeError", code: "RESOURCE_EXHAUSTED" });
    }
  });
});

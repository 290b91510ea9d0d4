import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  bolt,
  findBoltHeader,
  readBoltFrame,
  readBoltHeaders,
  SOFA_HEADER,
  writeBoltFrame,
  writeBoltHeaders,
  writeBoltId,
} from "../../src/bolt/index.ts";
import { DecodeError, decodeLimits, FrameDecoder } from "../../src/frame/index.ts";
import { frameConformance } from "../../src/frame/testing/index.ts";
import { boltVectors } from "./bolt-vectors.ts";
import { v2Call } from "./v2-call.ts";

const LIMITS = decodeLimits();
const join = (frame: { readonly bytes: readonly Buffer[] }): Buffer => Buffer.concat(frame.bytes);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** One of each layout and kind. */
const SAMPLES = [
  ...new Map(
    boltVectors.map(({ wire, frame }) => [
      `${[frame.proto, frame.ver1, frame.switch, frame.type, frame.cmdCode]}`,
      wire,
    ]),
  ).values(),
];

describe("bolt keeps to what a proxy relies on", () => {
  test.each(frameConformance(bolt, SAMPLES))("$name", ({ check }) => {
    expect(SAMPLES.length).toBeGreaterThan(20);
    expect(check()).toEqual([]);
  });
});

describe("a splice", () => {
  test("copies no content, and writes head and map anew", () => {
    const whole = join(v2Call(true));
    const frame = readBoltFrame(whole);
    const changed = frame
      .withId(9)
      .withHeaders(
        new Map([
          ["a", "1"],
          [SOFA_HEADER.method, undefined],
        ]),
      )
      .withTimeout(5);
    expect(changed.body.buffer).toBe(whole.buffer);
    expect(changed.bytes.some((piece) => piece.buffer === whole.buffer)).toBe(true);
    const read = readBoltFrame(join(changed));
    expect([read.id, read.timeoutMs, read.method, read.header("a")]).toEqual([9, 5, "", "1"]);
    expect([frame.id, frame.timeoutMs, frame.method, frame.header("a")]).toEqual([
      1,
      3_000,
      "greet",
      undefined,
    ]);
  });

  test("of an id costs two pieces: a head, and all behind it", () => {
    const whole = join(v2Call(false));
    expect(
      readBoltFrame(whole)
        .withId(9)
        .bytes.map(({ length }) => length),
    ).toEqual([24, whole.length - 24]);
  });

  test("of any headers gives what a map would give", () => {
    const text = fc.string({ maxLength: 6, unit: "grapheme" }).map((drawn) => drawn.toWellFormed());
    const name = fc.oneof(fc.constantFrom("a", "b", "ä", "__proto__", ""), text);
    const headers = fc.array(fc.tuple(name, fc.option(text)), { maxLength: 8 });
    const changes = fc.array(fc.tuple(name, fc.option(text, { nil: undefined })), { maxLength: 4 });
    fc.assert(
      fc.property(
        headers,
        changes,
        fc.constantFrom(1 as const, 2 as const),
        fc.boolean(),
        (pairs, changed, protocol, crc) => {
          const fields = {
            protocol,
            checksum: crc && protocol === 2,
            type: 1,
            command: 1,
            id: 5,
            className: "a.B",
          };
          const frame = readBoltFrame(
            join(writeBoltFrame({ ...fields, headers: writeBoltHeaders(pairs), content: hex("00ff") })),
          );
          const expected = new Map<string, string>();
          for (const [key, value] of pairs) if (value !== null) expected.set(key, value);
          expect(new Map(frame.headers())).toEqual(expected);
          for (const [key, value] of expected) expect(frame.header(key)).toBe(value);
          for (const [key, value] of new Map(changed)) {
            if (value === undefined) expected.delete(key);
            else expected.set(key, value);
          }
          const read = readBoltFrame(join(frame.withHeaders(new Map(changed))));
          expect(new Map(read.headers())).toEqual(expected);
          expect([read.className, read.id, read.body]).toEqual(["a.B", 5, hex("00ff")]);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  test("that makes a map too long for Java is refused", () => {
    expect(() => v2Call(false).withHeader("a", "b".repeat(33_000))).toThrow(
      expect.objectContaining({ code: "RESOURCE_EXHAUSTED" }),
    );
  });

  test.each([0, -1, 1.5, 2 ** 31, Number.NaN])("of a timeout of %d ms is refused", (timeoutMs) => {
    expect(() => v2Call(false).withTimeout(timeoutMs)).toThrow(RangeError);
  });

  test("in place writes the id and repairs the check sum, at any offset", () => {
    for (const { wire } of boltVectors) {
      const bytes = Buffer.concat([Buffer.alloc(5), wire, Buffer.alloc(3)]);
      writeBoltId(bytes, 5, 0xfedcba98);
      const written = bytes.subarray(5, 5 + wire.length);
      expect(readBoltFrame(written).id).toBe(0xfedcba98);
      expect(written.equals(join(readBoltFrame(wire).withId(0xfedcba98)))).toBe(true);
      expect(bytes.subarray(5 + wire.length).equals(Buffer.alloc(3))).toBe(true);
    }
  });
});

describe("a check sum", () => {
  test("is there in version 2 with the switch, and only there", () => {
    const lengths = [v2Call(true, 1), v2Call(false, 2), v2Call(false, 1)].map(({ byteLength }) => byteLength);
    expect(new Set(lengths)).toEqual(new Set([v2Call(true).byteLength - 4]));
    expect(readBoltFrame(join(v2Call(true, 1)))).toMatchObject({
      switch: true,
      hasChecksum: false,
      version: 1,
    });
    expect(join(v2Call(true)).readUInt32BE(v2Call(true).byteLength - 4)).toBe(
      crc32(join(v2Call(true)).subarray(0, -4)),
    );
  });

  test("is computed once for several splices", () => {
    const frame = v2Call(true).withId(1).withId(2).withTimeout(7).withHeader("a", "b");
    const [first, second] = [frame.bytes, frame.bytes];
    expect(second).toBe(first);
    expect(readBoltFrame(Buffer.concat(first)).timeoutMs).toBe(7);
  });

  test("that is wrong names both", () => {
    const bytes = hex("02 02 01 0000 01 00000001 01 01 00000bb8 0000 0000 00000000 a5984b38");
    expect(() => readBoltFrame(bytes)).toThrow("its check sum is a5984b38, that of its bytes a5984b37");
  });
});

describe("header maps", () => {
  test("keep to the number of pairs allowed", () => {
    const pairs = Array.from({ length: 257 }, (_, i) => [`n${i}`, ""] as const);
    const frame = join(writeBoltFrame({ type: 1, command: 1, id: 1, headers: writeBoltHeaders(pairs) }));
    expect(() => bolt.read(frame, LIMITS)).toThrow("more pairs than the limit of 256");
    expect([...bolt.read(frame, decodeLimits({ maxHeaders: 257 })).headers()]).toHaveLength(257);
    expect(() => readBoltHeaders(writeBoltHeaders(pairs))).toThrow(DecodeError);
  });

  test("are searched by bytes: a name in latin1 is not one in UTF-8", () => {
    const map = writeBoltHeaders([
      ["é", "one"],
      [null, "x"],
      ["Ã©", "two"],
      ["a", null],
    ]);
    const positionOf = (name: string) => findBoltHeader(map, 0, map.length, name);
    expect(positionOf("é")).toBeGreaterThan(0);
    expect(positionOf("Ã©")).toBeGreaterThan(positionOf("é"));
    expect([positionOf("a"), positionOf("b"), positionOf("")]).toEqual([-1, -1, -1]);
  });

  test("make text of none but the value asked for", () => {
    const frame = v2Call(false).withHeader("long", "x".repeat(100)).withHeader("longer", "y".repeat(100));
    const decoded = vi.spyOn(Buffer.prototype, "toString");
    expect(frame.header("long")).toBe("x".repeat(100));
    expect(decoded).toHaveBeenCalledTimes(1);
    decoded.mockRestore();
  });
});

test("what is changed anywhere throws nothing but a DecodeError", () => {
  const change = fc.record({
    at: fc.nat(200),
    value: fc.nat(255),
    kind: fc.constantFrom("set", "cut", "insert"),
  });
  let [read, failed] = [0, 0];
  fc.assert(
    fc.property(
      fc.nat(boltVectors.length - 1),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (index, changes) => {
        let bytes = Buffer.from(boltVectors[index]?.wire ?? []);
        for (const { at, value, kind } of changes) {
          const here = at % bytes.length;
          const rest = bytes.subarray(kind === "insert" ? here : here + 1);
          bytes = Buffer.concat([bytes.subarray(0, here), kind === "cut" ? hex("") : Buffer.of(value), rest]);
        }
        const decoder = new FrameDecoder(bolt, (frame) => {
          read +=
            frame.service.length + [...frame.withId(1).withHeader("a", "b").withTimeout(1).headers()].length;
          expect(bolt.read(join(frame), LIMITS).id).toBe(frame.id);
        });
        decoder.feed(bytes);
        decoder.end();
        failed += decoder.error === undefined ? 0 : 1;
      },
    ),
    { seed: 3, numRuns: 600 },
  );
  expect(read).toBeGreaterThan(100);
  expect(failed).toBeGreaterThan(100);
});

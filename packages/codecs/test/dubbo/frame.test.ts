import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DUBBO_STATUS,
  type DubboFrame,
  dubbo,
  dubboCodec,
  parseDescriptor,
  readDubboFrame,
  writeDubboCall,
  writeDubboFrame,
} from "../../src/dubbo/index.ts";
import { DecodeError, decodeLimits, FrameDecoder } from "../../src/frame/index.ts";
import { frameConformance } from "../../src/frame/testing/index.ts";
import { HessianReader, HessianWriter, PROFILES } from "../../src/hessian/index.ts";
import { dubboVectors } from "./dubbo-vectors.ts";

const join = (frame: { readonly bytes: readonly Buffer[] }): Buffer => Buffer.concat(frame.bytes);
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const hessian = dubboVectors.filter(({ frame }) => frame.serialization === 2);

const SAMPLES = hessian.filter((_, i) => i % 11 === 0).map(({ wire }) => wire);

describe("dubbo keeps to what a proxy relies on", () => {
  test.each(frameConformance(dubbo, SAMPLES))("$name", ({ check }) => {
    expect(SAMPLES.length).toBeGreaterThan(20);
    expect(check()).toEqual([]);
  });
});

/** A call whose body is values of one stream. */
function call(...values: readonly unknown[]): DubboFrame {
  const writer = new HessianWriter({ profile: PROFILES["dubbo-3"] }).begin();
  for (const value of values) writer.any(value);
  const body = writer.take();
  return readDubboFrame(join(writeDubboFrame({ isRequest: true, isTwoWay: true, id: 1, body })));
}

function valuesOf(frame: DubboFrame): unknown[] {
  const reader = new HessianReader({ dialect: "4" }).begin(join(frame), 16);
  const values: unknown[] = [];
  while (!reader.isAtEnd) values.push(reader.read());
  return values;
}

const GREET = ["2.0.2", "com.example.Greeter", "1.0.0", "greet", "Ljava/lang/Object;"] as const;

describe("a splice", () => {
  test("copies no arguments, and writes head and attachments anew", () => {
    const argument = "x".repeat(100_000);
    const whole = join(
      call(
        ...GREET,
        argument,
        new Map([
          ["a", "1"],
          ["timeout", "1000"],
        ]),
      ),
    );
    const changed = readDubboFrame(whole)
      .withId(7, 0x8000_0000)
      .withHeaders(
        new Map([
          ["a", undefined],
          ["b", "2"],
        ]),
      )
      .withTimeout(5);
    expect(
      changed.bytes.filter((piece) => piece.buffer === whole.buffer).map(({ length }) => length),
    ).toEqual([100_069]);
    expect(changed.body.buffer).toBe(whole.buffer);
    const read = readDubboFrame(join(changed));
    expect([read.id, read.idHigh, read.timeoutMs]).toEqual([7, 0x8000_0000, 5]);
    expect([...read.headers()]).toEqual([
      ["b", "2"],
      ["timeout", "5"],
    ]);
    expect(changed.byteLength).toBe(join(changed).length);
  });

  test("keeps attachments that are no strings, and what refers to them and to arguments", () => {
    const shared = new Map([["deep", ["list"]]]);
    const own = new Map([["own", ["list"]]]);
    const attachments = new Map<string, unknown>([
      ["first", own],
      ["text", "1"],
      ["second", [own, shared, own]],
    ]);
    const frame = call(...GREET, shared, attachments);
    const changed = frame.withHeaders(
      new Map([
        ["text", "2"],
        ["first", undefined],
        ["other", "é😀"],
      ]),
    );
    const found = valuesOf(changed).at(-1) as Map<string, unknown>;
    expect(found.get("second")).toEqual([own, shared, own]);
    expect([found.get("text"), found.get("first"), found.get("other")]).toEqual(["2", null, "é😀"]);
    expect([...changed.headers()]).toEqual([
      ["text", "2"],
      ["other", "é😀"],
    ]);
    expect([changed.header("first"), changed.header("second")]).toEqual([undefined, undefined]);
    // Once more, on what was written.
    const again = readDubboFrame(join(changed)).withHeader("first", "now");
    expect(again.header("first")).toBe("now");
    expect(readDubboFrame(join(again)).header("first")).toBe("now");
  });

  test("of any attachments gives what a map would give", () => {
    const text = fc.string({ maxLength: 40, unit: "grapheme" });
    const name = fc.oneof(fc.constantFrom("a", "b", "__proto__", ""), text);
    const attachments = fc.array(fc.tuple(name, text), { maxLength: 8 });
    const changes = fc.array(fc.tuple(name, fc.option(text, { nil: undefined })), { maxLength: 4 });
    fc.assert(
      fc.property(attachments, fc.array(changes, { maxLength: 3 }), (pairs, rounds) => {
        const expected = new Map(pairs);
        let frame = writeDubboCall({ id: 1, service: "s", method: "m", attachments: expected });
        for (const round of rounds) {
          frame = frame.withHeaders(new Map(round));
          for (const [key, value] of new Map(round)) {
            if (value === undefined) expected.delete(key);
            else expected.set(key, value);
          }
        }
        expect(new Map(frame.headers())).toEqual(expected);
        expect(new Map(readDubboFrame(join(frame)).headers())).toEqual(expected);
        for (const [key, value] of expected) expect(frame.header(key)).toBe(value);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test("gives a response without attachments none, and one with them a further one", () => {
    const response = (body: string) => writeDubboFrame({ id: 1, status: DUBBO_STATUS.ok, body: hex(body) });
    const plain = response("91 90");
    expect(plain.withHeader("a", "b")).toBe(plain);
    const rich = response("94 90 48 0161 0162 5a").withHeader("c", "d");
    expect(join(rich).subarray(16)).toEqual(hex("94 90 48 0161 0162 0163 0164 5a"));
    expect(rich.body).toEqual(hex("94 90"));
  });
});

describe("frames of the connection", () => {
  test("are those of Java, byte for byte", () => {
    expect(join(dubbo.heartbeat(1)).toString("hex")).toBe("dabbe2000000000000000001000000014e");
    expect(join(dubbo.heartbeatAck(dubbo.heartbeat(1))).toString("hex")).toBe(
      "dabb22140000000000000001000000014e",
    );
    expect(join(dubbo.goaway(2) as DubboFrame).toString("hex")).toBe("dabba2000000000000000002000000020152");
  });

  test("a heartbeat's answer has all 64 bits of its id", () => {
    const asked = dubbo.heartbeat(1).withId(5, 0xffff_ffff);
    expect(dubbo.heartbeatAck(asked)).toMatchObject({ id: 5, idHigh: 0xffff_ffff, kind: "heartbeat-ack" });
  });

  test("an event in another serialization is a heartbeat, and one that nobody knows an error", () => {
    const event = { isRequest: true, isEvent: true, id: 1 };
    expect(writeDubboFrame({ ...event, serialization: 22, body: hex("0152") }).kind).toBe("heartbeat");
    expect(() => writeDubboFrame({ ...event, body: hex("0158") })).toThrow('nobody knows an event "X"');
  });
});

describe("a refusal", () => {
  const STATUS = {
    RESOURCE_EXHAUSTED: DUBBO_STATUS.threadPoolExhausted,
    UNAVAILABLE: DUBBO_STATUS.channelInactive,
    UNIMPLEMENTED: DUBBO_STATUS.serviceNotFound,
    DEADLINE_EXCEEDED: DUBBO_STATUS.serverTimeout,
    INVALID_ARGUMENT: DUBBO_STATUS.badRequest,
    UNKNOWN: DUBBO_STATUS.serviceError,
    INTERNAL: DUBBO_STATUS.serverError,
  } as const;

  test.each(Object.entries(STATUS))(
    "of %s is status %d, which says it again, with a text",
    (code, status) => {
      const refusal = dubbo.refuse(writeDubboCall({ id: 9, idHigh: 3, service: "s", method: "m" }), {
        code: code as keyof typeof STATUS,
        message: "nobody 在",
      });
      const read = readDubboFrame(join(refusal));
      expect(read).toMatchObject({ kind: "response", status, id: 9, idHigh: 3, message: "nobody 在" });
      expect(dubbo.outcome(read)).toBe(code);
    },
  );

  test("is no exception of the application, and status 1 is unknown", () => {
    const exception = writeDubboFrame({ id: 1, status: DUBBO_STATUS.ok, body: hex("90 0161") });
    expect([dubbo.outcome(exception), dubbo.outcome(writeDubboFrame({ id: 1, status: 1 }))]).toEqual([
      "OK",
      "UNKNOWN",
    ]);
  });
});

test.each([
  ["", []],
  ["I", ["I"]],
  ["ILjava/lang/String;[[J", ["I", "Ljava/lang/String;", "[[J"]],
  ["[Ljava/lang/String;Z", ["[Ljava/lang/String;", "Z"]],
])("the descriptor %j has %j", (descriptor, types) => {
  expect(parseDescriptor(descriptor)).toEqual(types);
});

test.each(["L", "L;", "Ljava", "V", "[", "II[", "java.lang.String", `${"[".repeat(33)}I`, "I".repeat(256)])(
  "the descriptor %j is none",
  (descriptor) => {
    expect(() => parseDescriptor(descriptor)).toThrow(DecodeError);
  },
);

test("attachments keep to the number allowed", () => {
  const attachments = new Map(Array.from({ length: 257 }, (_, i) => [`n${i}`, ""]));
  const frame = join(writeDubboCall({ id: 1, service: "s", method: "m", attachments }));
  expect(() => readDubboFrame(frame).header("n0")).toThrow("more attachments than the limit of 256");
  expect(readDubboFrame(frame, decodeLimits({ maxHeaders: 257 })).header("n256")).toBe("");
});

test("a request whose body is broken hurts no other", () => {
  const broken = writeDubboFrame({ isRequest: true, isTwoWay: true, id: 1, body: hex("05322e302e32") });
  const told: string[] = [];
  const decoder = new FrameDecoder(dubbo, (frame) => {
    try {
      told.push(frame.method);
    } catch (error) {
      told.push((error as DecodeError).code);
    }
  });
  decoder.feed(Buffer.concat([join(broken), join(writeDubboCall({ id: 2, service: "s", method: "m" }))]));
  expect([told, decoder.error]).toEqual([["DATA_LOSS", "m"], undefined]);
});

test("what is changed anywhere throws nothing but a DecodeError", () => {
  const change = fc.record({
    at: fc.nat(120),
    value: fc.nat(255),
    kind: fc.constantFrom("set", "cut", "insert"),
  });
  let [read, failed] = [0, 0];
  fc.assert(
    fc.property(
      fc.nat(hessian.length - 1),
      fc.array(change, { minLength: 1, maxLength: 2 }),
      (index, changes) => {
        let bytes = Buffer.from(hessian[index]?.wire ?? []);
        for (const { at, value, kind } of changes) {
          const here = at % bytes.length;
          const rest = bytes.subarray(kind === "insert" ? here : here + 1);
          bytes = Buffer.concat([bytes.subarray(0, here), kind === "cut" ? hex("") : Buffer.of(value), rest]);
        }
        const decoder = new FrameDecoder(dubbo, (frame) => {
          try {
            const changed = frame.withId(1).withHeader("a", "b").withTimeout(1);
            expect([frame.service, frame.body, ...changed.headers()].length).toBeGreaterThan(1);
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
    { seed: 5, numRuns: 600 },
  );
  expect(read).toBeGreaterThan(50);
  expect(failed).toBeGreaterThan(100);
});

test("a codec takes serializations of five bits", () => {
  expect(() => dubboCodec({ serializations: [32] })).toThrow(RangeError);
});

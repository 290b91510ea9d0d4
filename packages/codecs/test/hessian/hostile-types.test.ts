import { describe, expect, test } from "vitest";
import { createHessian, JavaObject, java, toJavaError } from "../../src/hessian/index.ts";

const hessian = createHessian({ dialect: "4" });

/** An int of five bytes. */
function int(value: number): Buffer {
  const bytes = Buffer.of(0x49, 0, 0, 0, 0);
  bytes.writeInt32BE(value, 1);
  return bytes;
}

/** `58 length items` */
const list = (length: number, ...items: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(0x58), int(length), ...items]);

describe("classes of Java whose fields are no such numbers stay the objects that they are", () => {
  test.each([
    ["java.math.BigInteger", { signum: Number.NaN, mag: [1] }],
    ["java.math.BigInteger", { signum: 1, mag: [1.5] }],
    ["java.math.BigInteger", { signum: 1, mag: new Array(1_025).fill(-1) }],
    ["java.util.concurrent.atomic.AtomicLong", { value: 1.5 }],
    ["java.util.UUID", { mostSigBits: 0.5, leastSigBits: 1 }],
    ["com.alibaba.com.caucho.hessian.io.java8.DurationHandle", { seconds: 1.5, nanos: 0 }],
    ["com.alibaba.com.caucho.hessian.io.java8.DurationHandle", { seconds: 1, nanos: Number.NaN }],
    ["com.alibaba.com.caucho.hessian.io.java8.InstantHandle", { seconds: Number.NaN, nanos: 0 }],
    ["com.alibaba.com.caucho.hessian.io.java8.LocalDateHandle", { year: 0.1, month: 1, day: 1 }],
  ])("%s of %o", (name, fields) => {
    expect(hessian.decode(hessian.encode(JavaObject.of(name, Object.entries(fields))))).toBeInstanceOf(
      JavaObject,
    );
  });
});

describe("half a million references to one large value", () => {
  const COUNT = 300_000;
  const references = Buffer.alloc(2 * COUNT, Buffer.of(0x51, 0x91));

  test.each([
    ["a list", java.list(java.list(java.int)), list(COUNT, Buffer.alloc(COUNT, 0x91))],
    ["a set", java.list(java.set(java.int)), list(COUNT, Buffer.alloc(COUNT, 0x91))],
    [
      "a map",
      java.list(java.map(java.int, java.int)),
      Buffer.concat([
        Buffer.of(0x48),
        ...Array.from({ length: COUNT }, (_, i) => Buffer.concat([int(i), Buffer.of(0x91)])),
        Buffer.of(0x5a),
      ]),
    ],
  ])(
    "%s is looked at once, and is one value",
    (_, type, inner) => {
      const read = hessian.decode(list(COUNT + 1, inner, references), type as never) as unknown[];
      expect(read.length).toBe(COUNT + 1);
      expect(read.at(-1)).toBe(read[0]);
    },
    5_000,
  );

  test("what is refused is refused each time", () => {
    const type = java.list(java.list(java.int));
    const bytes = list(2, list(20, Buffer.alloc(20, 0x4e)), Buffer.of(0x51, 0x91));
    for (let i = 0; i < 2; i++) expect(() => hessian.decode(bytes, type)).toThrow("expected List<List<int>>");
  });
});

describe("a class of many fields", () => {
  const Wide = java.class<Record<string, string | null>>(
    "a.B",
    Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, java.string])),
  );
  const wide = createHessian({ dialect: "4", classes: [Wide] });
  const defined = (field: string): Buffer =>
    Buffer.concat([Buffer.from("\x43\x03a.B\x91\x01", "latin1"), Buffer.from(field), Buffer.of(0x60, 0x4e)]);

  test("counts those that are not on the wire", () => {
    const bytes = list(100_000, Buffer.from("\x43\x03a.B\x90", "latin1"), Buffer.alloc(100_000, 0x60));
    expect(() => wide.decode(bytes)).toThrow(/values are over the limit of 1000000$/);
  });

  test("is not defined as often as somebody likes", () => {
    const pair = Buffer.concat([defined("x"), defined("y")]);
    const bytes = list(100_000, Buffer.alloc(50_000 * pair.length, pair));
    for (const codec of [wide, hessian]) {
      expect(() => codec.decode(bytes)).toThrow(/values are over the limit of 1000000$/);
    }
  });
});

test("of the stack of an exception as much is read as Java has", () => {
  const element = JavaObject.of("java.lang.StackTraceElement", [["fileName", "A.java"]]);
  const thrown = JavaObject.of("a.B", [
    ["detailMessage", "m"],
    ["stackTrace", new Array(100_000).fill(element)],
  ]);
  expect(toJavaError(thrown)?.javaStack.length).toBe(1_024);
});

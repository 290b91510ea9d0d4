import { randomOf, seededRandom } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { childSpan, formatTraceparent, isSampled, parseTraceparent, rootSpan } from "../../src/index.ts";

const PARENT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", flags: 3 };

test("a child keeps trace and flags, remembers its parent, and has an id of its own", () => {
  expect(childSpan(PARENT, randomOf(0.5, 1 / 16))).toEqual({
    traceId: PARENT.traceId,
    spanId: "8000000010000000",
    flags: 3,
    parentSpanId: PARENT.spanId,
  });
});

test("a root begins a trace with a random id, and says that it is random", () => {
  const span = rootSpan(seededRandom(1), true);
  expect(span.parentSpanId).toBeUndefined();
  expect(span.flags).toBe(0x03);
  expect(parseTraceparent(formatTraceparent(span))).toEqual({
    traceId: span.traceId,
    spanId: span.spanId,
    flags: 0x03,
  });
  expect(isSampled(span)).toBe(true);
  expect(isSampled(rootSpan(seededRandom(1), false))).toBe(false);
});

test("ids are never all zero, which would mean none", () => {
  const zero = (): number => 0;
  const span = rootSpan(zero, false);
  expect(parseTraceparent(formatTraceparent(span))?.spanId).toBe("0000000000000001");
});

test("ids use their whole width", () => {
  const almostOne = (): number => 1 - 2 ** -53;
  expect(childSpan(PARENT, almostOne).spanId).toBe("ffffffffffffffff");
  const ids = Array.from({ length: 1_000 }, () => childSpan(PARENT, Math.random).spanId);
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
});

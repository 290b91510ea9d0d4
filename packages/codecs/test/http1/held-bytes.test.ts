import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldBytes } from "../../src/http1/held-bytes.ts";

const waiting = (held: HeldBytes): string => held.bytes.toString("latin1", held.from, held.to);

test("bytes wait in the order in which they came, whatever is taken from in front", () => {
  const STEP = fc.oneof(
    fc.record({ do: fc.constant("append" as const), bytes: fc.integer({ min: 1, max: 700 }) }),
    fc.record({ do: fc.constant("drop" as const), bytes: fc.nat(900) }),
  );
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 40 }), (steps) => {
      const held = new HeldBytes();
      let expected = "";
      let next = 0;
      for (const step of steps) {
        if (step.do === "append") {
          const text = Array.from({ length: step.bytes }, () => String.fromCharCode(next++ % 256)).join("");
          // Only a part of what is handed over counts.
          held.append(Buffer.from(`<${text}>`, "latin1"), 1, 1 + text.length);
          expected += text;
        } else {
          const count = Math.min(step.bytes, expected.length);
          held.dropTo(held.from + count);
          expected = expected.slice(count);
        }
        expect(waiting(held)).toBe(expected);
        expect(held.length).toBe(expected.length);
      }
    }),
  );
});

test("what was cut out of the bytes stays as it is, whatever comes behind", () => {
  const held = new HeldBytes();
  held.append(Buffer.from("body rest"), 0, 9);
  const body = held.bytes.subarray(0, 4);
  held.dropTo(held.from + 5);
  for (let i = 0; i < 2_000; i++) held.append(Buffer.from("#"), 0, 1);
  expect(body.toString()).toBe("body");
  expect(waiting(held)).toBe(`rest${"#".repeat(2_000)}`);
});

test("nothing is kept of bytes that wait no longer", () => {
  const held = new HeldBytes();
  held.append(Buffer.alloc(100_000), 0, 100_000);
  held.dropTo(100_000);
  expect([held.length, held.bytes.length]).toEqual([0, 0]);
});

test("what comes byte by byte is copied a few times at most", () => {
  const held = new HeldBytes();
  const buffers = new Set<Buffer>();
  for (let i = 0; i < 60_000; i++) {
    held.append(Buffer.from("#"), 0, 1);
    buffers.add(held.bytes);
  }
  expect(buffers.size).toBeLessThan(12);
});

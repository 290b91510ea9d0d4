import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTicketPool } from "../src/index.ts";

describe("a ticket", () => {
  test("carries its value until it is given back, once", () => {
    const pool = createTicketPool();
    const ticket = pool.take(7);
    expect(pool.peek(ticket)).toBe(7);
    expect(pool.give(ticket)).toBe(7);
    expect(pool.give(ticket)).toBe(-1);
    expect(pool.peek(ticket)).toBe(-1);
    expect(pool.size).toBe(0);
  });

  test("that is stale does not touch the one that took its slot", () => {
    const pool = createTicketPool();
    const stale = pool.take(1);
    pool.give(stale);
    const fresh = pool.take(2);
    expect(fresh).not.toBe(stale);
    expect(pool.give(stale)).toBe(-1);
    expect(pool.peek(fresh)).toBe(2);
    expect(pool.size).toBe(1);
  });

  test("carries 0 and the largest value", () => {
    const pool = createTicketPool();
    expect(pool.give(pool.take(0))).toBe(0);
    expect(pool.give(pool.take(2 ** 31 - 1))).toBe(2 ** 31 - 1);
  });

  test.each([-1, -5, 0, 0.5, 1, 2 ** 20 + 1, 3 * 2 ** 20, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])(
    "from nowhere (%s) is recognised",
    (ticket) => {
      const pool = createTicketPool();
      pool.take(1);
      expect(pool.peek(ticket)).toBe(-1);
      expect(pool.give(ticket)).toBe(-1);
      expect(pool.size).toBe(1);
    },
  );

  test("of a slot that is free again is not mistaken for one that is out", () => {
    const pool = createTicketPool();
    const ticket = pool.take(1);
    pool.give(ticket);
    // The slot's own generation, one up: even, so free.
    expect(pool.give(ticket + 2 ** 20)).toBe(-1);
  });
});

test("a pool grows without disturbing the tickets that are out", () => {
  const pool = createTicketPool();
  const tickets = Array.from({ length: 1_000 }, (_, i) => pool.take(i));
  expect(new Set(tickets).size).toBe(1_000);
  expect(tickets.map((ticket) => pool.give(ticket))).toEqual(tickets.map((_, i) => i));
});

test("at most 1,048,576 tickets are out; the next one is refused until one comes back", () => {
  const pool = createTicketPool();
  let last = -1;
  for (let i = 0; i < 2 ** 20; i++) last = pool.take(i);
  expect(pool.size).toBe(1_048_576);
  expect(pool.take(0)).toBe(-1);
  expect(pool.size).toBe(1_048_576);
  expect(pool.give(last)).toBe(2 ** 20 - 1);
  expect(pool.take(5)).toBeGreaterThan(0);
});

test("any sequence of taking and giving agrees with a map", () => {
  const step = fc.oneof(
    fc.record({ take: fc.nat(1_000) }),
    fc.record({ give: fc.nat(), again: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const pool = createTicketPool();
      const model = new Map<number, number>();
      const known: number[] = [];
      for (const at of steps) {
        if ("take" in at) {
          const ticket = pool.take(at.take);
          expect(model.has(ticket)).toBe(false);
          model.set(ticket, at.take);
          known.push(ticket);
        } else if (known.length > 0) {
          const ticket = known[at.give % known.length] as number;
          expect(pool.give(ticket)).toBe(model.get(ticket) ?? -1);
          model.delete(ticket);
          expect(pool.peek(ticket)).toBe(-1);
        }
        expect(pool.size).toBe(model.size);
      }
    }),
  );
});

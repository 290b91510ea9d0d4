import { expect, test } from "vitest";
import { NumberSlot } from "../../src/metrics/number-slot.ts";
import { Slots } from "../../src/metrics/slots.ts";

test("a place that was given back is taken again, and holds 0", () => {
  const slots = new Slots();
  const place = slots.take();
  slots.values[place] = 7;
  slots.give(place);
  expect(slots.take()).toBe(place);
  expect(slots.values[place]).toBe(0);
});

test("growing keeps what is there", () => {
  const slots = new Slots();
  const before = slots.values.length;
  slots.values[slots.take()] = 7;
  while (slots.values.length === before) slots.take();
  expect(slots.values.length).toBe(before * 2);
  expect(slots.values[1]).toBe(7);
});

test("a number that was released gives its place back, and writes to where nobody reads", () => {
  const slots = new Slots();
  const released = new NumberSlot("counter", slots);
  released.release();
  const next = new NumberSlot("counter", slots);
  released.add(5);
  expect(next.value).toBe(0);
  expect(slots.take()).toBe(2);
});

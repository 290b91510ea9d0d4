import { expect, test } from "vitest";
import { HandOver } from "../src/hand-over.ts";

test("values and takers meet in their orders, whoever came first", async () => {
  const hand = new HandOver<number>();
  const early = [hand.take(), hand.take()];
  for (const value of [1, 2, 3]) hand.give(value);
  expect(await Promise.all(early)).toEqual([1, 2]);
  expect(hand.waiting).toBe(1);
  expect(await hand.take()).toBe(3);
});

test("closing fails those who wait, and those who ask once nothing is left", async () => {
  const waiting = new HandOver<number>();
  const taker = waiting.take();
  waiting.close(new Error("over"));
  await expect(taker).rejects.toThrow("over");

  const full = new HandOver<number>();
  full.give(1);
  full.close(new Error("over"));
  full.close(new Error("again"));
  expect(await full.take()).toBe(1);
  await expect(full.take()).rejects.toThrow("over");
});

import { expect, test } from "vitest";
import { Disposals } from "../src/index.ts";

test("what was taken over is disposed of once, the last first, each after the one before", async () => {
  const order: string[] = [];
  const parts = new Disposals();
  parts.use({ [Symbol.dispose]: () => void order.push("first") });
  parts.use({
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
      order.push("second");
    },
  });
  expect(parts.use({ kept: true, [Symbol.dispose]: () => void order.push("third") }).kept).toBe(true);
  await parts[Symbol.asyncDispose]();
  await parts[Symbol.asyncDispose]();
  expect(order).toEqual(["third", "second", "first"]);
});

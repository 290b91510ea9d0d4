import * as fc from "fast-check";
import { expect, test } from "vitest";
import { converse, type Tally } from "./node/converse.ts";
import { conversation } from "./node/exchange.ts";

test("with a server of node:http2, whatever is asked, cut and reset, all that was answered is the same", async () => {
  const tally: Tally = { answered: 0, reset: 0, bytes: 0 };
  await fc.assert(
    fc.asyncProperty(conversation, async (given) => {
      expect(await converse(given, tally)).toBeUndefined();
    }),
    { numRuns: 20, seed: 9_113 },
  );
  expect(tally.answered).toBeGreaterThan(tally.reset);
});

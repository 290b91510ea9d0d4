import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { exchange } from "./node/exchange.ts";
import { mutated, mutation } from "./node/mutation.ts";
import { type MutatedTally, readMutated } from "./node/read-mutated.ts";
import { record } from "./node/recording.ts";

const STREAMS = 8;
const RECORDINGS = 6;

const recordings: Buffer[] = [];
beforeAll(async () => {
  const streams = fc.array(exchange, { minLength: STREAMS, maxLength: STREAMS });
  for (const exchanges of fc.sample(streams, { seed: 9113, numRuns: RECORDINGS }))
    recordings.push(await record(exchanges.map(({ response }) => response)));
});

test("whatever becomes of a server's bytes, each stream is told of one end, and nothing throws or grows", () => {
  const tally: MutatedTally = { connections: 0, failed: 0, whole: 0, reset: 0 };
  fc.assert(
    fc.property(
      fc.nat(RECORDINGS - 1),
      fc.array(mutation, { maxLength: 4 }),
      fc.record({
        streams: fc.constant(STREAMS),
        cuts: fc.array(fc.nat(100_000), { maxLength: 20 }),
        readsBodies: fc.boolean(),
        isTaken: fc.boolean(),
      }),
      (index, mutations, reading) => {
        const bytes = mutated(recordings[index] as Buffer, mutations);
        expect(readMutated(bytes, reading, tally)).toBeUndefined();
      },
    ),
    { numRuns: 600 },
  );
  // Bytes that are all refused would prove nothing, nor would such as are all taken.
  expect(tally.whole).toBeGreaterThan(tally.connections);
  expect(tally.failed).toBeGreaterThan(tally.connections / 10);
});

import fc from "fast-check";
import { converse, type Tally } from "../../test/http2/node/converse.ts";
import { conversation, exchange } from "../../test/http2/node/exchange.ts";
import { mutated, mutation } from "../../test/http2/node/mutation.ts";
import { type MutatedTally, readMutated } from "../../test/http2/node/read-mutated.ts";
import { record } from "../../test/http2/node/recording.ts";
import { agree, type FuzzTarget } from "./fuzz-target.ts";

const CONVERSATIONS_PER_ROUND = 30;
const RECORDINGS_PER_ROUND = 10;
const MUTATIONS_PER_RECORDING = 500;
const STREAMS = 8;

const conversed: Tally = { answered: 0, reset: 0, bytes: 0 };
const read: MutatedTally = { connections: 0, failed: 0, whole: 0, reset: 0 };
let runs = 0;

/** Against a server of node:http2: whole conversations, then what it said with some of the bytes changed. */
export const http2: FuzzTarget = {
  async round(seed) {
    await fc.assert(
      fc.asyncProperty(conversation, async (given) => agree(await converse(given, conversed))),
      { seed, numRuns: CONVERSATIONS_PER_ROUND },
    );
    runs += CONVERSATIONS_PER_ROUND;
    const streams = fc.array(exchange, { minLength: STREAMS, maxLength: STREAMS });
    for (const exchanges of fc.sample(streams, { seed, numRuns: RECORDINGS_PER_ROUND })) {
      const recording = await record(exchanges.map(({ response }) => response));
      fc.assert(
        fc.property(fc.array(mutation, { maxLength: 4 }), reading, (mutations, given) =>
          agree(readMutated(mutated(recording, mutations), given, read)),
        ),
        { seed, numRuns: MUTATIONS_PER_RECORDING },
      );
    }
  },
  report: () => [
    `${runs} conversations and ${read.connections} mutated ones so far`,
    `conversations: ${conversed.answered} responses alike, ${conversed.reset} reset as was meant, ${conversed.bytes} bytes of bodies`,
    `mutated: ${read.failed} connections failed; ${read.whole} streams ended whole, ${read.reset} were reset`,
  ],
};

const reading = fc.record({
  streams: fc.constant(STREAMS),
  cuts: fc.array(fc.nat(100_000), { maxLength: 20 }),
  readsBodies: fc.boolean(),
  isTaken: fc.boolean(),
});

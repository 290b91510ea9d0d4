import fc from "fast-check";
import { expect, test } from "vitest";
import { connectionBytes, responseBytes } from "../arbitrary-messages.ts";
import { requestDisagreement, responseDisagreement, type Tally } from "./disagreement.ts";
import { LlhttpRequests } from "./llhttp-requests.ts";

/** For longer: `npm run fuzz -w @dualmesh/codecs`. */
const RUNS = 3_000;

test("requests: what strict rules accept is the same to llhttp, and what is forwarded arrives as it was sent", async () => {
  const llhttp = new LlhttpRequests();
  const tally: Tally = { agreed: 0, forwarded: 0 };
  await fc.assert(
    fc.asyncProperty(connectionBytes, async (bytes) => {
      expect(await requestDisagreement(bytes, llhttp, tally)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(tally.agreed).toBeGreaterThan(RUNS / 10);
  expect(tally.forwarded).toBeGreaterThan(RUNS / 10);
});

test("responses: the same", async () => {
  const tally: Tally = { agreed: 0, forwarded: 0 };
  await fc.assert(
    fc.asyncProperty(responseBytes, async ({ bytes, method }) => {
      expect(await responseDisagreement(bytes, method, tally)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(tally.agreed).toBeGreaterThan(RUNS / 10);
  expect(tally.forwarded).toBeGreaterThan(RUNS / 10);
});

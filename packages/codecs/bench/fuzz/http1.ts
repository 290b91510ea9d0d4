import fc from "fast-check";
import { connectionBytes, responseBytes } from "../../test/http1/arbitrary-messages.ts";
import {
  requestDisagreement,
  responseDisagreement,
  type Tally,
} from "../../test/http1/llhttp/disagreement.ts";
import { LlhttpRequests } from "../../test/http1/llhttp/llhttp-requests.ts";
import { agree, type FuzzTarget } from "./fuzz-target.ts";

const RUNS_PER_ROUND = 2_000;

const llhttp = new LlhttpRequests();
const requests: Tally = { agreed: 0, forwarded: 0 };
const responses: Tally = { agreed: 0, forwarded: 0 };
let runs = 0;

/** Against llhttp, Node's own parser. */
export const http1: FuzzTarget = {
  async round(seed) {
    const parameters = { seed, numRuns: RUNS_PER_ROUND };
    await fc.assert(
      fc.asyncProperty(connectionBytes, async (bytes) =>
        agree(await requestDisagreement(bytes, llhttp, requests)),
      ),
      parameters,
    );
    await fc.assert(
      fc.asyncProperty(responseBytes, async ({ bytes, method }) =>
        agree(await responseDisagreement(bytes, method, responses)),
      ),
      parameters,
    );
    runs += RUNS_PER_ROUND;
  },
  report: () => [
    `${runs} connections and as many answers so far`,
    `requests: ${requests.agreed} read alike, ${requests.forwarded} forwarded and read alike`,
    `responses: ${responses.agreed} read alike, ${responses.forwarded} forwarded and read alike`,
  ],
};

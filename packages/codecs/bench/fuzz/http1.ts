/**
 * Holds the codec of HTTP/1.1 against llhttp, Node's own parser, for as long as is asked, and ends with status 1 at the
 * first disagreement: `npm run fuzz -w @dualmesh/codecs -- 600` for ten minutes. Each round prints its seed before it begins,
 * and a round is repeated with `-- 1 <seed>`.
 */
import fc from "fast-check";
import { connectionBytes, responseBytes } from "../../test/http1/arbitrary-messages.ts";
import {
  requestDisagreement,
  responseDisagreement,
  type Tally,
} from "../../test/http1/llhttp/disagreement.ts";
import { LlhttpRequests } from "../../test/http1/llhttp/llhttp-requests.ts";

const RUNS_PER_ROUND = 2_000;

const [seconds = "10", first] = process.argv.slice(2);
const until = performance.now() + Number(seconds) * 1_000;
const llhttp = new LlhttpRequests();
const requests: Tally = { agreed: 0, forwarded: 0 };
const responses: Tally = { agreed: 0, forwarded: 0 };

function agree(disagreement: string | undefined): void {
  if (disagreement !== undefined) throw new Error(disagreement);
}

let seed = first === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(first);
let runs = 0;
do {
  console.log(`seed ${seed}, ${runs} connections and as many answers so far`);
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
  seed = (seed + 1) % 2 ** 31;
} while (performance.now() < until);
console.log(`requests: ${requests.agreed} read alike, ${requests.forwarded} forwarded and read alike`);
console.log(`responses: ${responses.agreed} read alike, ${responses.forwarded} forwarded and read alike`);

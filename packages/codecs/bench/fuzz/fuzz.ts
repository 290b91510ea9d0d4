/**
 * Holds a codec against an implementation of somebody else, for as long as is asked, and ends with status 1 at the first
 * disagreement: `npm run fuzz -w @dualmesh/codecs -- http2 600` for ten minutes; `http1` where none is named. Each round
 * prints its seed before it begins, and a round is repeated with `-- http2 1 <seed>`.
 */

import { frameStreams } from "./frames.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { hessian } from "./hessian.ts";
import { http1 } from "./http1.ts";
import { http2 } from "./http2.ts";

const CODECS: Readonly<Record<string, FuzzTarget>> = { frames: frameStreams, hessian, http1, http2 };

const args = process.argv.slice(2);
const named = CODECS[args[0] ?? ""];
const { round, report } = named ?? http1;
const [seconds = "10", first] = named === undefined ? args : args.slice(1);
const until = performance.now() + Number(seconds) * 1_000;

let seed = first === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(first);
/** What is alive. MiB. */
function heapMiB(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

await round(seed);
const heapAtFirst = heapMiB();
do {
  console.log(`seed ${seed}, ${report()[0]}`);
  await round(seed);
  seed = (seed + 1) % 2 ** 31;
} while (performance.now() < until);
console.log(report().join("\n"));
console.log(`heap: ${heapAtFirst} MiB after the first round, ${heapMiB()} MiB after the last`);

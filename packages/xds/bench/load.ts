/**
 * What it costs to load this package: time, and private memory that was written to.
 *
 *   npx tsc -b packages/xds && node packages/xds/bench/load.ts
 *
 * Each figure is the median of fresh processes; the empty process is subtracted. Private memory is read from /proc (Linux).
 */
import { execFileSync } from "node:child_process";

const RUNS = 15;

const programs = {
  "empty process": "",
  "@dualmesh/core": 'await import("@dualmesh/core");',
  "@dualmesh/xds": 'await import("@dualmesh/xds");',
  "@dualmesh/xds, one stream opened": `
    const { openGrpcStream } = await import("@dualmesh/xds");
    await new Promise((resolve) => openGrpcStream({ maxMessageBytes: 1e6 })(
      { kind: "tcp", address: "127.0.0.1:1" }, { onOpen() {}, onMessage() {}, onEnd: resolve }));`,
  "@dualmesh/xds/server": 'await import("@dualmesh/xds/server");',
};

interface Cost {
  readonly ms: number;
  readonly privateKb: number;
}

function measure(program: string): Cost {
  const code = `
    import { readFileSync } from "node:fs";
    const from = performance.now();
    ${program}
    const ms = performance.now() - from;
    const rollup = readFileSync("/proc/self/smaps_rollup", "utf8");
    console.log(ms, /Private_Dirty:\\s+(\\d+)/.exec(rollup)[1]);
    process.exit();`;
  const args = ["--input-type=module", "--eval", code];
  const [ms, privateKb] = execFileSync(process.execPath, args, { encoding: "utf8", cwd: import.meta.dirname })
    .split(" ")
    .map(Number);
  return { ms: ms as number, privateKb: privateKb as number };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

let empty: Cost = { ms: 0, privateKb: 0 };
for (const [name, program] of Object.entries(programs)) {
  const costs = Array.from({ length: RUNS }, () => measure(program));
  const ms = median(costs.map((cost) => cost.ms)) - empty.ms;
  const privateKb = median(costs.map((cost) => cost.privateKb)) - empty.privateKb;
  if (program === "") empty = { ms, privateKb };
  console.log(
    `${name.padEnd(36)} ${ms.toFixed(1).padStart(7)} ms ${(privateKb / 1024).toFixed(1).padStart(7)} MB Private_Dirty`,
  );
}

/**
 * What it costs to load this package: processor time, time on the wall, and private memory that was written to.
 *
 *   npx tsc -b packages/xds && node packages/xds/bench/load.ts
 *
 * Each figure is the median of fresh processes; the empty process is subtracted. Private memory is read from /proc (Linux).
 * On a machine that does other things, believe the processor time.
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
  readonly cpuMs: number;
  readonly ms: number;
  readonly privateKb: number;
}

function measure(program: string): Cost {
  const code = `
    import { readFileSync } from "node:fs";
    const from = performance.now();
    const cpu = process.cpuUsage();
    ${program}
    const { user, system } = process.cpuUsage(cpu);
    const ms = performance.now() - from;
    const rollup = readFileSync("/proc/self/smaps_rollup", "utf8");
    console.log((user + system) / 1000, ms, /Private_Dirty:\\s+(\\d+)/.exec(rollup)[1]);
    process.exit();`;
  const args = ["--input-type=module", "--eval", code];
  const [cpuMs, ms, privateKb] = execFileSync(process.execPath, args, {
    encoding: "utf8",
    cwd: import.meta.dirname,
  })
    .split(" ")
    .map(Number);
  return { cpuMs: cpuMs as number, ms: ms as number, privateKb: privateKb as number };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function column(value: number, unit: string): string {
  return `${value.toFixed(1).padStart(8)} ${unit}`;
}

let empty: Cost = { cpuMs: 0, ms: 0, privateKb: 0 };
for (const [name, program] of Object.entries(programs)) {
  const costs = Array.from({ length: RUNS }, () => measure(program));
  const own = (field: keyof Cost): number => median(costs.map((cost) => cost[field])) - empty[field];
  const cost: Cost = { cpuMs: own("cpuMs"), ms: own("ms"), privateKb: own("privateKb") };
  if (program === "") empty = cost;
  const memory = column(cost.privateKb / 1024, "MB Private_Dirty");
  console.log(`${name.padEnd(34)} ${column(cost.cpuMs, "ms CPU")} ${column(cost.ms, "ms")} ${memory}`);
}

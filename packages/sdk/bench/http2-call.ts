/**
 * One call over HTTP/2 through each proxy: our sidecar, a bare one over node:http2, and Envoy. Eight connections with 16
 * streams each. Interleaved rounds; medians; ratios first.
 */
import { fork } from "node:child_process";
import { connect } from "node:http2";
import { fileURLToPath } from "node:url";
import { medianRun, type Run, runLoad } from "./mesh-call/load.ts";
import { processCpuUs } from "./mesh-call/process-cpu.ts";
import { startProxies } from "./mesh-call/proxies.ts";

const ROUNDS = 7;
const CALLS = 8_000;
const CONNECTIONS = 8;
const STREAMS = 16;

const upstream = fork(fileURLToPath(new URL("./mesh-call/http2-upstream.ts", import.meta.url)));
const port = await new Promise<number>((resolve) =>
  upstream.once("message", (message) => resolve(Number(message))),
);
const { proxies, missing } = await startProxies(port, "http2");

const cases = proxies.map((proxy) => {
  const sessions = Array.from({ length: CONNECTIONS }, () => connect(`http://127.0.0.1:${proxy.port}`));
  let next = 0;
  return {
    name: proxy.name,
    cpuUs: () => processCpuUs(proxy.pid),
    call: () =>
      new Promise<void>((resolve, reject) => {
        const session = sessions[next++ % CONNECTIONS] as (typeof sessions)[number];
        const stream = session.request({ ":authority": "orders", ":path": "/today" });
        stream.on("error", reject);
        stream.on("end", resolve);
        stream.resume();
      }),
  };
});

const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (const { name, call, cpuUs } of cases) {
    const run = await runLoad({ call, cpuUs, calls: CALLS, inFlight: CONNECTIONS * STREAMS });
    if (round >= 0) runs.get(name)?.push(run);
  }
}
const medians = new Map([...runs].map(([name, list]) => [name, medianRun(list)]));
const cpu = (name: string): number => medians.get(name)?.cpuUs ?? Number.NaN;
const ours = cpu("dualmesh sidecar");
console.log(`\n${CONNECTIONS} connections × ${STREAMS} streams, ${ROUNDS} rounds of ${CALLS} calls, medians`);
console.log(`  sidecar : bare proxy           ${(ours / cpu("bare proxy (node:http2)")).toFixed(2)}`);
if (!Number.isNaN(cpu("envoy")))
  console.log(`  sidecar : envoy                ${(ours / cpu("envoy")).toFixed(2)}`);
console.log("");
for (const [name, run] of medians) {
  const figures = [
    run.cpuUs.toFixed(1),
    run.callsPerSecond.toFixed(0),
    run.p50Us.toFixed(0),
    run.p99Us.toFixed(0),
  ];
  const [cpuUs, rate, p50, p99] = figures.map((figure) => figure.padStart(7));
  console.log(`  ${name.padEnd(40)} ${cpuUs} µs CPU ${rate} calls/s  p50 ${p50} µs  p99 ${p99} µs`);
}
for (const name of missing) console.log(`not measured: ${name}`);
process.exit(0);

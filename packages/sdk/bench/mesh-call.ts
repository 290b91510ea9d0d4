/**
 * One call, by every way there is: plain undici, the SDK in direct mode, `node:http` in memory and over loopback, and
 * through proxies. Interleaved rounds; medians; ratios first, since this is about differences and machines are noisy.
 */
import { fork } from "node:child_process";
import { get, Agent as HttpAgent } from "node:http";
import { fileURLToPath } from "node:url";
import { createMesh } from "@dualmesh/sdk";
import { Pool, request } from "undici";
import { bootstrap } from "./mesh-call/bootstrap.ts";
import { medianRun, type Run, runLoad } from "./mesh-call/load.ts";
import { processCpuUs } from "./mesh-call/process-cpu.ts";
import { startProxies } from "./mesh-call/proxies.ts";

const ROUNDS = 7;
const CALLS = { 1: 1_500, 64: 6_000 } as const;

interface Case {
  readonly name: string;
  readonly call: () => Promise<unknown>;
  /** Whose CPU counts: this process, or that of a proxy. */
  readonly cpuUs: () => number;
  /** Nothing but this process and the upstream is at work: there is a core for an upstream that never sleeps. */
  readonly isAlone?: boolean;
}

const upstream = fork(fileURLToPath(new URL("./mesh-call/upstream.ts", import.meta.url)));
const port = await new Promise<number>((resolve) =>
  upstream.once("message", (message) => resolve(Number(message))),
);
const { proxies, missing } = await startProxies(port);
const mesh = await createMesh({ bootstrap: { text: bootstrap(0, port) }, mode: "direct" });

const ownCpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const undiciCall = (options: Parameters<typeof request>[1], url: string) => async () => {
  const { body } = await request(url, options);
  await body.dump();
};
const httpCall = (agent: HttpAgent, options: object) => () =>
  new Promise<void>((resolve, reject) => {
    get({ agent, path: "/today", ...options }, (incoming) => incoming.resume().on("end", resolve)).on(
      "error",
      reject,
    );
  });
const memoryAgent = new HttpAgent({ keepAlive: true, maxSockets: 64 });
memoryAgent.createConnection = () => mesh.connect("http");
const loopbackAgent = new HttpAgent({ keepAlive: true, maxSockets: 64 });

const sidecar = proxies.find(({ name }) => name === "dualmesh sidecar");
const toSidecar = { host: "127.0.0.1", port: sidecar?.port, headers: { host: "orders" } };
const cases: readonly Case[] = [
  {
    name: "undici",
    call: undiciCall(
      { dispatcher: new Pool(`http://127.0.0.1:${port}`, { pipelining: 1 }) },
      `http://127.0.0.1:${port}/today`,
    ),
    cpuUs: ownCpuUs,
    isAlone: true,
  },
  {
    name: "undici → SDK direct",
    call: undiciCall({ dispatcher: mesh.dispatcher }, "http://orders/today"),
    cpuUs: ownCpuUs,
    isAlone: true,
  },
  {
    name: "node:http → sidecar over loopback (both)",
    call: httpCall(loopbackAgent, toSidecar),
    cpuUs: () => ownCpuUs() + processCpuUs(sidecar?.pid ?? 0),
  },
  { name: "node:http → SDK in memory", call: httpCall(memoryAgent, { host: "orders" }), cpuUs: ownCpuUs },
  {
    name: "node:http → sidecar, answered there (both)",
    call: httpCall(loopbackAgent, { ...toSidecar, path: "/by-itself" }),
    cpuUs: () => ownCpuUs() + processCpuUs(sidecar?.pid ?? 0),
  },
  {
    name: "node:http → SDK in memory, answered there",
    call: httpCall(memoryAgent, { host: "orders", path: "/by-itself" }),
    cpuUs: ownCpuUs,
  },
  ...proxies.map((proxy) => ({
    name: proxy.name,
    call: undiciCall(
      {
        dispatcher: new Pool(`http://127.0.0.1:${proxy.port}`, { pipelining: 1 }),
        headers: { host: "orders" },
      },
      `http://127.0.0.1:${proxy.port}/today`,
    ),
    cpuUs: () => processCpuUs(proxy.pid),
  })),
];

for (const inFlight of [64, 1] as const) {
  const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const { name, call, cpuUs, isAlone } of cases) {
      upstream.send(isAlone === true ? "spin" : "rest");
      const run = await runLoad({ call, cpuUs, calls: CALLS[inFlight], inFlight });
      if (round >= 0) runs.get(name)?.push(run);
    }
  }
  const medians = new Map([...runs].map(([name, list]) => [name, medianRun(list)]));
  const cpu = (name: string): number => medians.get(name)?.cpuUs ?? Number.NaN;
  console.log(`\n${inFlight} in flight, ${ROUNDS} rounds of ${CALLS[inFlight]} calls, medians`);
  console.log(
    `  SDK direct adds to undici      ${(cpu("undici → SDK direct") - cpu("undici")).toFixed(1)} µs CPU`,
  );
  const ratio = cpu("node:http → SDK in memory") / cpu("node:http → sidecar over loopback (both)");
  const alone =
    cpu("node:http → SDK in memory, answered there") / cpu("node:http → sidecar, answered there (both)");
  console.log(`  node:http in memory : loopback ${ratio.toFixed(2)}; the way alone ${alone.toFixed(2)}`);
  const envoy = cpu("envoy");
  if (!Number.isNaN(envoy))
    console.log(`  sidecar : envoy                ${(cpu("dualmesh sidecar") / envoy).toFixed(2)}`);
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
}
upstream.send("rest");
for (const name of missing) console.log(`not measured: ${name}`);
process.exit(0);

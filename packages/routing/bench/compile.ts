// What building and changing a table of ten thousand routes costs:
// node --expose-gc --conditions=@dualmesh/source bench/compile.ts
import { createHeaders, type RequestHead } from "@dualmesh/core";
import {
  createRouteTable,
  createRouteTableInSlices,
  type RouteConfig,
  type RouteTable,
  type RouteTableConfig,
} from "../src/index.ts";

const ROUTES = 10_000;
const ROUNDS = 15;

const route = (i: number, cluster = `c${i}`): RouteConfig => ({
  name: `r${i}`,
  match: {
    path: { kind: "prefix", value: `/team-${i % 100}/service-${i}/` },
    headers:
      i % 10 === 0 ? [{ kind: "value", name: "x-group", value: { kind: "exact", value: `g${i}` } }] : [],
  },
  action: { kind: "forward", clusters: { kind: "single", name: cluster } },
});

const routes = Array.from({ length: ROUTES }, (_, i) => route(i));
const oneHost: RouteTableConfig = { virtualHosts: [{ name: "shop", domains: ["*"], routes }] };
const manyHosts: RouteTableConfig = {
  virtualHosts: routes.map((one, i) => ({
    name: `h${i}`,
    domains: [`s${i}.test`, `*.s${i}.test`],
    routes: [one],
  })),
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function say(name: string, ms: number): void {
  console.log(`${name.padEnd(64)} ${ms.toFixed(2).padStart(8)} ms`);
}

const heads = (i: number): RequestHead => ({
  protocol: "http/1.1",
  exchange: "unary",
  method: "GET",
  scheme: "http",
  authority: `s${i}.test`,
  path: `/team-${i % 100}/service-${i}/x`,
  headers: createHeaders(["x-group", `g${i}`]),
});

/** Another route at some place, and the first request that takes it. */
function change(config: RouteTableConfig, previous: RouteTable, at: number): number {
  const changed = route(at, "other");
  const virtualHosts = config.virtualHosts.map((host, i) => {
    if (config === manyHosts) return i === at ? { ...host, routes: [changed] } : host;
    return { ...host, routes: (host.routes ?? []).with(at, changed) };
  });
  return timed(() => {
    const table = createRouteTable({ ...config, virtualHosts }, { previous });
    if (table.match(heads(at))?.cluster !== "other") throw new Error("the change has not arrived");
  });
}

/** The longest time for which nothing else could run. */
async function longestSlice(config: RouteTableConfig): Promise<number> {
  let longest = 0;
  let since = performance.now();
  await createRouteTableInSlices(config, {
    async pause() {
      longest = Math.max(longest, performance.now() - since);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      since = performance.now();
    },
  });
  return Math.max(longest, performance.now() - since);
}

for (const [name, config] of [
  ["one virtual host", oneHost],
  ["10,000 virtual hosts", manyHosts],
] as const) {
  const rounds = Array.from({ length: ROUNDS }, (_, i) => i);
  say(`${name}: 10,000 routes compiled`, median(rounds.map(() => timed(() => createRouteTable(config)))));
  const slices: number[] = [];
  for (const _ of rounds) slices.push(await longestSlice(config));
  say(`${name}: longest slice`, median(slices));
  const table = createRouteTable(config);
  say(`${name}: one route changed, and taken`, median(rounds.map((i) => change(config, table, i * 600))));
}

globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const kept = createRouteTable(oneHost);
globalThis.gc?.();
console.log(
  `bytes per route ${Math.round((process.memoryUsage().heapUsed - before) / ROUTES)}, ${kept.clusters.size} clusters`,
);

// What finding a route costs: node --conditions=@dualmesh/source bench/match.ts
import { createHeaders, type RequestHead } from "@dualmesh/core";
import { createRouteTable, type RouteConfig, type RouteTable, type VirtualHostConfig } from "../src/index.ts";

function headOf(path: string, authority = "shop.test", headers: readonly string[] = []): RequestHead {
  const flat = ["accept", "*/*", "user-agent", "curl/8.5.0", "x-request-id", "7", ...headers];
  const fixed = { protocol: "http/1.1", exchange: "unary", method: "GET", scheme: "http" } as const;
  return { ...fixed, authority, path, headers: createHeaders(flat) };
}

function table(routes: readonly RouteConfig[], others: readonly VirtualHostConfig[] = []): RouteTable {
  return createRouteTable({ virtualHosts: [...others, { name: "shop", domains: ["shop.test"], routes }] });
}

const to = (name: string): RouteConfig["action"] => ({ kind: "forward", clusters: { kind: "single", name } });

/** `/service-7/` and so on: routes that differ in their first segment. */
const services = (count: number): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: { path: { kind: "prefix", value: `/service-${i}/` } },
    action: to(`c${i}`),
  }));

/** `/api/7/` and so on: routes that differ in their second segment. */
const versions = (count: number): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: { path: { kind: "prefix", value: `/api/${i}/` } },
    action: to(`c${i}`),
  }));

const expressions = (count: number): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: { path: { kind: "regex", pattern: `/r${i}/[a-z]+/\\d+` } },
    action: to(`c${i}`),
  }));

const groups: RouteConfig[] = Array.from({ length: 10 }, (_, i) => ({
  match: {
    path: { kind: "prefix", value: "/" },
    headers: [{ kind: "value", name: "x-group", value: { kind: "exact", value: `g${i}` } }],
  },
  action: to(`c${i}`),
}));

const split: RouteConfig = {
  match: { path: { kind: "prefix", value: "/" } },
  action: {
    kind: "forward",
    clusters: {
      kind: "weighted",
      clusters: [
        { cluster: { kind: "single", name: "a" }, weight: 90 },
        { cluster: { kind: "single", name: "b" }, weight: 10 },
      ],
    },
  },
};

const meshHosts: VirtualHostConfig[] = Array.from({ length: 1000 }, (_, i) => ({
  name: `s${i}`,
  domains: [`s${i}.default.svc.cluster.local`, `s${i}.default`, `*.s${i}.test`],
  routes: [split],
}));

function measure(name: string, routes: RouteTable, head: RequestHead): void {
  const rounds = 20_000;
  let found = 0;
  const run = (): void => {
    for (let i = 0; i < rounds; i++) if (routes.match(head) !== undefined) found++;
  };
  run();
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 50; repeat++) {
    const start = performance.now();
    run();
    best = Math.min(best, ((performance.now() - start) / rounds) * 1e6);
  }
  console.log(`${name.padEnd(52)} ${best.toFixed(0).padStart(6)} ns${found === 0 ? ", no route" : ""}`);
}

measure("1 route, 2 weighted clusters", table([split]), headOf("/cart"));
measure("1001 virtual hosts, found by exact domain", table([split], meshHosts), headOf("/", "s500.default"));
measure("1001 virtual hosts, found by suffix", table([split], meshHosts), headOf("/", "x.s500.test"));
measure("10 prefixes, the last", table(services(10)), headOf("/service-9/x?y=1"));
measure("200 prefixes, the last", table(services(200)), headOf("/service-199/x?y=1"));
measure("200 prefixes of one first segment, the last", table(versions(200)), headOf("/api/199/x"));
measure("200 prefixes, none", table(services(200)), headOf("/nothing/x"));
measure("10 headers, the last", table(groups), headOf("/", "shop.test", ["x-group", "g9"]));
measure("200 expressions, the last", table(expressions(200)), headOf("/r199/abc/7"));

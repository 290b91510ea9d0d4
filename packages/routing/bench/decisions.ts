// What finding a route costs, beside a scan in Envoy's manner and find-my-way:
// node --conditions=@dualmesh/source bench/decisions.ts
import { createHeaders, type RequestHead } from "@dualmesh/core";
import { compileHeaderMatcher, compilePathMatcher, pathWithoutQuery } from "@dualmesh/matching";
import findMyWay from "find-my-way";
import { createRouteTable, type RouteConfig, type RouteTable, type VirtualHostConfig } from "../src/index.ts";
import { nanosecondsOf } from "./measure.ts";

const fixed = { protocol: "http/1.1", exchange: "unary", method: "GET", scheme: "http" } as const;
const COMMON = ["host", "shop.test", "accept", "*/*", "user-agent", "curl/8.5.0", "x-request-id", "7"];

/** Heads as a server makes them: each path is a text of its own, that nobody has hashed before. */
function headsOf(
  paths: readonly string[],
  authority = "shop.test",
  headers: readonly string[] = [],
): RequestHead[] {
  const flat = [...COMMON, ...headers];
  return Array.from({ length: 512 }, (_, i) => {
    const path = Buffer.from(paths[i % paths.length] as string, "latin1").toString("latin1");
    return { ...fixed, authority, path, headers: createHeaders(flat) };
  });
}

const to = (name: string): RouteConfig["action"] => ({ kind: "forward", clusters: { kind: "single", name } });

const prefixes = (count: number, start = ""): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: { path: { kind: "prefix", value: `${start}/service-${i}/` } },
    action: to(`c${i}`),
  }));

const groups = (count: number): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: {
      path: { kind: "prefix", value: "/" },
      headers: [{ kind: "value", name: "x-group", value: { kind: "exact", value: `g${i}` } }],
    },
    action: to(`g${i}`),
  }));

const expressions = (count: number): RouteConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    match: { path: { kind: "regex", pattern: `/(?:r|q)${i}/[a-z]+/\\d+` } },
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

const hosts = (count: number): VirtualHostConfig[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `s${i}`,
    domains: [`s${i}.default.svc.cluster.local`, `*.s${i}.test`],
    routes: [split],
  }));

function tableOf(
  routes: readonly RouteConfig[],
  cachePaths: number,
  others: VirtualHostConfig[] = [],
): RouteTable {
  return createRouteTable(
    { virtualHosts: [...others, { name: "shop", domains: ["shop.test"], routes }] },
    { cachePaths },
  );
}

/** First match by looking at one route after the other, compiled as ours are: what Envoy does. */
function scanOf(routes: readonly RouteConfig[]): (head: RequestHead) => RouteConfig | undefined {
  const compiled = routes.map((route) => ({
    route,
    path: compilePathMatcher(route.match.path as Parameters<typeof compilePathMatcher>[0]),
    headers: (route.match.headers ?? []).map((header) => compileHeaderMatcher(header)),
  }));
  return (head) => {
    const path = pathWithoutQuery(head.path);
    return compiled.find(
      (one) => one.path.match(path) >= 0 && one.headers.every((header) => header.matches(head)),
    )?.route;
  };
}

/** The rules of find-my-way: parameters and wildcards of whole segments; no authority, no order of listing. */
function findMyWayOf(count: number): (head: RequestHead) => unknown {
  const router = findMyWay();
  for (let i = 0; i < count; i++) router.on("GET", `/service-${i}/*`, () => i);
  return ({ path }) => router.find("GET", path);
}

function say(name: string, find: (head: RequestHead) => unknown, heads: readonly RequestHead[]): void {
  if (heads.some((head) => (find(head) ?? undefined) === undefined)) throw new Error(`${name}: no route`);
  const ns = nanosecondsOf((times) => {
    for (let i = 0; i < times; i++) find(heads[i & 511] as RequestHead);
  });
  console.log(`${name.padEnd(64)} ${ns.toFixed(0).padStart(7)} ns`);
}

const ours = (routes: readonly RouteConfig[], cachePaths = 0, others: VirtualHostConfig[] = []) => {
  const table = tableOf(routes, cachePaths, others);
  return (head: RequestHead): unknown => table.match(head);
};

const last10 = headsOf(["/service-9/x?y=1"]);
say("10 prefixes, cached", ours(prefixes(10), 1_024), last10);
say("10 prefixes", ours(prefixes(10)), last10);
say("10 prefixes, scanned", scanOf(prefixes(10)), last10);
say("10 prefixes, find-my-way", findMyWayOf(10), last10);

const mixed = [...groups(100), ...prefixes(1_000)];
const far = headsOf(["/service-999/cart/7", "/service-500/a", "/service-77/b?c=d"]);
const grouped = headsOf(["/service-999/cart/7"], "shop.test", ["x-group", "g99"]);
say("1,000 prefixes and 100 headers, cached", ours(mixed, 1_024), far);
say("1,000 prefixes and 100 headers, by prefix", ours(mixed), far);
say("1,000 prefixes and 100 headers, by header", ours(mixed), grouped);
say("1,000 prefixes and 100 headers, by header, cached", ours(mixed, 1_024), grouped);
say("1,000 prefixes and 100 headers, by prefix, scanned", scanOf(mixed), far);
say("1,000 prefixes, find-my-way", findMyWayOf(1_000), far);

const expressed = headsOf(["/r199/abc/7"]);
say("200 expressions, cached", ours(expressions(200), 1_024), expressed);
say("200 expressions", ours(expressions(200)), expressed);
say("200 expressions, scanned", scanOf(expressions(200)), expressed);

const many = hosts(10_000);
say(
  "10,000 virtual hosts, by exact domain",
  ours([split], 0, many),
  headsOf(["/"], "s5000.default.svc.cluster.local"),
);
say(
  "10,000 virtual hosts, by exact domain, cached",
  ours([split], 1_024, many),
  headsOf(["/"], "s5000.default.svc.cluster.local"),
);
say("10,000 virtual hosts, by suffix", ours([split], 0, many), headsOf(["/"], "x.s5000.test"));

// What a matcher costs per request: node --conditions=@dualmesh/source bench/match.ts
import { createHeaders } from "@dualmesh/core";
import {
  compileCidrSet,
  compileHeaderMatcher,
  compileLabelMatcher,
  compileMatcherTree,
  compilePathMatcher,
  compileQueryParameterMatcher,
  compileRegex,
  compileRegexReplace,
  findQueryParameter,
  type MatchableHead,
  type MatcherTree,
  NO_FACTS,
  normalizePath,
  type OnMatch,
} from "../src/index.ts";

const head: MatchableHead = {
  method: "GET",
  scheme: "http",
  authority: "orders.test",
  path: "/api/v1/orders?id=7&page=2",
  headers: createHeaders(["accept", "*/*", "user-agent", "curl/8.5.0", "x-user", "ann", "x-request-id", "7"]),
};

function measure(name: string, run: () => unknown): void {
  const rounds = 20_000;
  for (let i = 0; i < rounds; i++) run();
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 50; repeat++) {
    const start = performance.now();
    for (let i = 0; i < rounds; i++) run();
    best = Math.min(best, ((performance.now() - start) / rounds) * 1e6);
  }
  console.log(`${name.padEnd(44)} ${best.toFixed(0).padStart(6)} ns`);
}

const started = performance.now();
compileRegex("(?i)/x");
console.log(`first expression, loading the engine: ${(performance.now() - started).toFixed(1)} ms`);

const prefix = compilePathMatcher({ kind: "prefix", value: "/api" });
const regex = compilePathMatcher({ kind: "regex", pattern: "/api/v\\d+/[a-z]+" });
const hard = compilePathMatcher({ kind: "regex", pattern: "/api/v\\d{1,2}/[a-z]+" });
const choice = compilePathMatcher({ kind: "regex", pattern: "/(?:orders|carts|users|api)/v\\d+/[a-z]+" });
const template = compilePathMatcher({ kind: "template", template: "/api/{version}/{rest=**}" });
const replace = compileRegexReplace({ pattern: "^/api/(v\\d+)/(.*)$", substitution: "/\\2/\\1" });
const user = compileHeaderMatcher({ kind: "value", name: "x-user", value: { kind: "exact", value: "ann" } });
const other = compileHeaderMatcher({ kind: "value", name: "x-user", value: { kind: "exact", value: "bob" } });
const page = compileQueryParameterMatcher({
  kind: "value",
  name: "page",
  value: { kind: "exact", value: "2" },
});
const lane = compileLabelMatcher({ name: "lane", value: { kind: "exact", value: "green" } });
const coloured = {
  ...head,
  headers: createHeaders([...head.headers.flat(), "baggage", "user=7,lane=green"]),
};
const step = (name: string, value: string, onMatch: OnMatch<string>): MatcherTree<string> => ({
  kind: "exact",
  input: { kind: "header", name },
  map: new Map([[value, onMatch]]),
});
const leaf = step("x-request-id", "7", { kind: "action", action: "found" });
const inner = step("x-user", "ann", { kind: "tree", tree: leaf });
const tree = compileMatcherTree(step("accept", "*/*", { kind: "tree", tree: inner }));
const networks = compileCidrSet(Array.from({ length: 1000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/25`));
const normal = { normalize: true, mergeSlashes: true } as const;

measure("path: prefix", () => prefix.match("/api/v1/orders"));
measure("path: regex without the engine", () => regex.match("/api/v1/orders"));
measure("path: regex, four alternatives, the last", () => choice.match("/api/v1/orders"));
measure("path: regex by the engine", () => hard.match("/api/v1/orders"));
measure("path: template", () => template.match("/api/v1/orders/7"));
measure("path: regex, differs at the beginning", () => regex.match("/static/v1/orders"));
measure("path: regex replace, two groups", () => replace.replace("/api/v1/orders"));
measure("header: exact, matches", () => user.matches(head));
measure("header: exact, differs", () => other.matches(head));
measure("label: second of two", () => lane.matches(coloured));
measure("tree: three headers deep", () => tree.find(head, NO_FACTS));
measure("query parameter: second of two", () => page.matches(head));
measure("query parameter: found", () => findQueryParameter(head.path, "id"));
measure("address in 1000 ranges", () => networks.has("10.3.100.7"));
measure("normal form: nothing to do", () => normalizePath("/api/v1/orders?id=7", normal));
measure("normal form: dots and escapes", () => normalizePath("/api/./v1/%6frders/../x", normal));

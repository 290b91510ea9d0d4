import type { InputPredicate, MatcherTree, MatchInput, OnMatch } from "@dualmesh/matching";
import { describe, expect, test } from "vitest";
import { createRouteTable, type RouteConfig, type RouteTable, type VirtualHostConfig } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo } from "./table-of.ts";

type Routes = readonly RouteConfig[];
type Tree = MatcherTree<Routes>;

const A: MatchInput = { kind: "header", name: "x-a" };
const one = (kind: "exact" | "prefix"): InputPredicate => ({
  kind: "value",
  input: A,
  value: { kind, value: "1" },
});
const end = (name: string, prefix = "/"): OnMatch<Routes> => ({
  kind: "action",
  action: [routeTo(prefix, { clusters: { kind: "single", name } }, { name })],
});
const none = end("none");

function tableOf(matcher: Tree, rest: Partial<VirtualHostConfig> = {}, cachePaths = 1_024): RouteTable {
  const host: VirtualHostConfig = { name: "v", domains: ["*"], matcher, ...rest };
  return createRouteTable({ virtualHosts: [host] }, { cachePaths });
}

const list: Tree = {
  kind: "list",
  matchers: [
    { predicate: one("exact"), onMatch: end("first", "/only") },
    { predicate: one("prefix"), onMatch: end("second") },
  ],
  onNoMatch: none,
};
const prefixes: Tree = {
  kind: "prefix",
  input: A,
  map: new Map([
    ["a", end("a")],
    ["ab", end("ab", "/only")],
  ]),
  onNoMatch: none,
};

describe("a virtual host with a tree of matchers", () => {
  // As Envoy 1.40 answered: an end is an end, also where its route does not match.
  test.each<[string, Tree, string | undefined, string, string | undefined]>([
    ["list", list, "1", "/only", "first"],
    ["list", list, "1", "/", undefined],
    ["list", list, "12", "/", "second"],
    ["list", list, undefined, "/", "none"],
    ["map", prefixes, "ab", "/only", "ab"],
    ["map", prefixes, "ab", "/", undefined],
    ["map", prefixes, "ax", "/", "a"],
    ["map", prefixes, "b", "/", "none"],
  ])("of a %s %j, x-a being %j and the path %s, takes %j", (_, tree, a, path, expected) => {
    const head = headOf({ path, headers: a === undefined ? [] : ["x-a", a] });
    expect(tableOf(tree).match(head)?.name).toBe(expected);
    expect(tableOf(tree, {}, 0).match(head)?.name).toBe(expected);
  });

  test("takes the first that matches of the list at the end", () => {
    const routes = [routeTo("/api", {}, { name: "api" }), routeTo("/", {}, { name: "rest" })];
    const table = tableOf({
      kind: "exact",
      input: A,
      map: new Map([["1", { kind: "action", action: routes }]]),
    });
    const nameOf = (path: string, headers: string[]) => table.match(headOf({ path, headers }))?.name;
    expect([nameOf("/api/x", ["x-a", "1"]), nameOf("/x", ["x-a", "1"]), nameOf("/x", [])]).toEqual([
      "api",
      "rest",
      undefined,
    ]);
  });

  test("names the clusters of all ends, and prints the tree before the routes", () => {
    const table = tableOf(list);
    expect([...table.clusters].sort()).toEqual(["first", "none", "second"]);
    expect(table.clustersOf("any.test")).toEqual(table.clusters);
    const lines = String(table).split("\n");
    expect(lines.slice(0, 3).map((line) => line.replace(/:? \[object.*/, ""))).toEqual([
      'route table ""',
      '  virtual host "v": *',
      '    if header x-a exact "1"',
    ]);
    expect(lines.filter((line) => /^ {4}\d\. /.test(line))).toHaveLength(3);
  });

  test.each<[string | undefined, string[], [string, string][]]>([
    ["1", ['if header x-a exact "1"'], [["first", "refused"]]],
    ["12", ['if header x-a prefix "1"'], [["second", "chosen"]]],
    [undefined, ["otherwise"], [["none", "chosen"]]],
  ])("explains the way of x-a %j by its steps %j", (a, steps, routes) => {
    const explanation = tableOf(list).explain(headOf({ headers: a === undefined ? [] : ["x-a", a] }));
    expect(explanation.steps).toEqual(steps);
    expect(explanation.routes.map(({ name, verdict }) => [name, verdict])).toEqual(routes);
    expect(String(explanation)).toContain(`  step        ${steps[0]}`);
  });

  test("explains that the tree leads nowhere", () => {
    const { onNoMatch: _, ...bare } = list;
    const explanation = tableOf(bare).explain(headOf());
    expect([explanation.steps, explanation.routes]).toEqual([[], []]);
  });

  test("may not have routes beside it, and its routes are refused as others are", () => {
    expect(() => tableOf(list, { routes: [routeTo("/")] })).toThrow(
      'virtual host "v" has both routes and a matcher',
    );
    const broken: Tree = {
      ...list,
      onNoMatch: { kind: "action", action: [routeTo("/", { timeoutMs: -1 })] },
    };
    expect(() => tableOf(broken)).toThrow('virtual host "v", route 1: timeoutMs must be 0 or more');
    expect(() => tableOf({ kind: "list", matchers: [] })).toThrow(
      'virtual host "v", matcher: matcher tree: a list is empty',
    );
  });
});

import { expect, test } from "vitest";
import {
  createRouteTable,
  findRouteProblems,
  type RouteConfig,
  type RouteTableConfig,
} from "../src/index.ts";
import { routeTo } from "./table-of.ts";

const badPattern: RouteConfig = {
  ...routeTo("/"),
  name: "broken",
  match: { path: { kind: "regex", pattern: "(" } },
};
const action = (...routes: RouteConfig[]) => ({ kind: "action", action: routes }) as const;

test("a table that can be built has no problems", () => {
  expect(
    findRouteProblems({ virtualHosts: [{ name: "v", domains: ["*"], routes: [routeTo("/")] }] }),
  ).toEqual([]);
});

test("all problems are found, each of the level that has it", () => {
  const config: RouteTableConfig = {
    requestHeaders: { remove: ["host"] },
    virtualHosts: [
      { name: "v", domains: ["a.test"], routes: [routeTo("/"), badPattern, badPattern] },
      { name: "", domains: [], responseHeaders: { remove: [""] }, routes: [routeTo("/")] },
      { name: "w", domains: ["A.test"], matcher: { kind: "list", matchers: [], onNoMatch: action() } },
    ],
  };
  expect(() => createRouteTable(config)).toThrow();
  const found = findRouteProblems(config).map(({ virtualHost, route, message }) => [
    virtualHost,
    route,
    message,
  ]);
  expect(found).toEqual([
    [undefined, undefined, expect.stringContaining('"host" may be neither')],
    [0, 1, expect.stringContaining('regular expression "("')],
    [0, 2, expect.stringContaining('regular expression "("')],
    [1, undefined, "a virtual host has no name"],
    [1, undefined, expect.stringContaining("has no domain")],
    [1, undefined, "header mutation: the name is empty"],
    [2, undefined, 'domain "A.test" is already claimed by "v"'],
    [2, undefined, "matcher tree: a list is empty"],
  ]);
});

test("a route in a tree is named by its place in its list", () => {
  const matcher = {
    kind: "prefix",
    input: { kind: "header", name: ":path" },
    map: new Map([["/", action(routeTo("/"), badPattern)]]),
  } as const;
  const found = findRouteProblems({ virtualHosts: [{ name: "v", domains: ["*"], matcher }] });
  expect(found).toEqual([
    { virtualHost: 0, route: undefined, message: expect.stringMatching(/^route 2 \("broken"\): regular/) },
  ]);
});

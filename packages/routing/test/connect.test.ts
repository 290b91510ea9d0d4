import { expect, test } from "vitest";
import { headOf } from "./head-of.ts";
import { routeTo, tableOf } from "./table-of.ts";

const any = routeTo("", {}, { name: "any" });
const connect = { ...routeTo("", {}, { name: "connect" }), match: { path: { kind: "connect" } } } as const;
const pattern = {
  ...routeTo("", {}, { name: "pattern" }),
  match: { path: { kind: "regex", pattern: ".*" } },
} as const;

test.each([
  ["CONNECT", "", [any, pattern, connect], "connect"],
  ["CONNECT", "", [any, pattern], undefined],
  ["CONNECT", "/x", [any, connect], "any"],
  ["CONNECT", "/x", [connect, any], "connect"],
  ["CONNECT", "/x?y", [connect], "connect"],
  ["GET", "", [connect, any], "any"],
  ["GET", "/x", [connect, pattern], "pattern"],
  ["connect", "", [connect], undefined],
] as const)("%s of the path %j takes, of the routes %j, %j", (method, path, routes, expected) => {
  for (const cachePaths of [0, 16]) {
    const table = tableOf(routes, {}, { cachePaths });
    expect(table.match(headOf({ method, path }))?.name).toBe(expected);
    expect(table.match(headOf({ method, path }))?.name).toBe(expected);
  }
});

test("other conditions hold for CONNECT as well, and the first that matches is taken", () => {
  const withHeader = {
    ...connect,
    name: "special",
    match: { ...connect.match, headers: [{ kind: "present", name: "x-a" }] },
  } as const;
  const table = tableOf([withHeader, connect]);
  const nameOf = (headers: string[]) => table.match(headOf({ method: "CONNECT", path: "", headers }))?.name;
  expect([nameOf(["x-a", "1"]), nameOf([])]).toEqual(["special", "connect"]);
});

import { createHeaders, type RequestHead } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createRouteTable, type MirrorPolicy, requestFormat } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

const TO_B: MirrorPolicy = { cluster: { kind: "single", name: "b" } };

function copied(policy: MirrorPolicy, head: RequestHead): RequestHead {
  const [mirror] = forwarded(tableOf([routeTo("/", { mirrors: [policy] })]).match(head)).mirrors;
  const copy = { ...head, headers: createHeaders(head.headers.flat().slice()) };
  mirror?.prepareRequest(copy, requestFormat(copy));
  return copy;
}

test("the route's mirrors take the place of its virtual host's, and those of the table's", () => {
  const to = (name: string): readonly MirrorPolicy[] => [{ cluster: { kind: "single", name } }];
  const table = createRouteTable({
    mirrors: to("of-table"),
    virtualHosts: [
      {
        name: "own",
        domains: ["own.test"],
        mirrors: to("of-host"),
        routes: [
          routeTo("/own", { mirrors: to("of-route") }),
          routeTo("/none", { mirrors: [] }),
          routeTo("/"),
        ],
      },
      { name: "all", domains: ["*"], routes: [routeTo("/")] },
    ],
  });
  const targets = (authority: string, path: string) =>
    forwarded(table.match(headOf({ authority, path }))).mirrors.map((one) => one.target(headOf(), {}));
  expect(targets("own.test", "/own")).toEqual(["of-route"]);
  expect(targets("own.test", "/none")).toEqual([]);
  expect(targets("own.test", "/")).toEqual(["of-host"]);
  expect(targets("other.test", "/")).toEqual(["of-table"]);
});

test.each([
  ["b.test", "b.test-shadow"],
  ["b.test:80", "b.test-shadow:80"],
  ["b.test:", "b.test-shadow:"],
  ["b.test:x", "b.test-shadow:x"],
  ["[::1]", "[::1]-shadow"],
  ["[::1]:80", "[::1]-shadow:80"],
  [":80", "-shadow:80"],
  ["a:1:2", "a:1-shadow:2"],
  ["", "-shadow"],
])("a copy for %j has the authority %j", (authority, expected) => {
  expect(copied(TO_B, headOf({ authority })).authority).toBe(expected);
  expect(copied({ ...TO_B, shadowSuffix: false }, headOf({ authority })).authority).toBe(authority);
  expect(copied({ ...TO_B, hostRewrite: "new.test:1" }, headOf({ authority })).authority).toBe("new.test:1");
});

test.each([
  [["x-shadow", "b"], "b"],
  [["x-shadow", "b", "x-shadow", "c"], "b"],
  [["x-shadow", ""], undefined],
  [[], undefined],
])("with the headers %j the cluster of a copy is %j", (headers, expected) => {
  const policy: MirrorPolicy = { cluster: { kind: "header", headerName: "X-Shadow" } };
  const head = headOf({ headers });
  const [mirror] = forwarded(tableOf([routeTo("/", { mirrors: [policy] })]).match(head)).mirrors;
  expect(mirror?.target(head, {})).toBe(expected);
});

test("chance decides for each request, and a runtime key may take its place", () => {
  const fraction = { numerator: 25, denominator: 100, runtimeKey: "copies" };
  const table = tableOf([routeTo("/", { mirrors: [{ ...TO_B, fraction }] })]);
  const [mirror] = forwarded(table.match(headOf())).mirrors;
  expect(mirror?.target(headOf(), { random: () => 0.24 })).toBe("b");
  expect(mirror?.target(headOf(), { random: () => 0.25 })).toBeUndefined();
  const runtime = { getNumber: () => undefined, getFraction: () => ({ numerator: 0, denominator: 100 }) };
  expect(mirror?.target(headOf(), { random: () => 0, runtime })).toBeUndefined();
});

test("the headers of a copy change one after the other, those of the request do not", () => {
  const requestHeaders: MirrorPolicy["requestHeaders"] = [
    { add: [{ name: "x-path", value: "%REQ(:path)%" }] },
    { remove: ["x-path"] },
    { add: [{ name: "x-path", value: "last" }] },
  ];
  const head = headOf({ headers: ["x-path", "first"] });
  expect(copied({ ...TO_B, requestHeaders }, head).headers.flat()).toEqual(["x-path", "last"]);
  expect(head.headers.flat()).toEqual(["x-path", "first"]);
});

test.each<[MirrorPolicy, string]>([
  [{ cluster: { kind: "single", name: "" } }, "neither a cluster nor a header that names one is given"],
  [{ cluster: { kind: "header", headerName: "" } }, "neither a cluster nor a header that names one is given"],
  [{ ...TO_B, fraction: { numerator: -1, denominator: 100 } }, "mirror: the numerator must be 0 or more"],
  [{ ...TO_B, requestHeaders: [{ remove: ["host"] }] }, '"host" may be neither added nor removed'],
])("%j is refused", (policy, reason) => {
  expect(() => tableOf([routeTo("/", { mirrors: [policy] })])).toThrow(reason);
});

test("a route says to whom it is mirrored", () => {
  const fraction = { numerator: 5, denominator: 100 };
  const table = tableOf([routeTo("/", { mirrors: [TO_B, { ...TO_B, fraction }] })]);
  expect(String(table.match(headOf()))).toMatch(/, mirrored to b, mirrored to b 5 of 100$/);
});

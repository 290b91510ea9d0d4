import { describe, expect, test } from "vitest";
import { type ConditionRule, conditionRoutes, tagRoutes } from "../../src/dubbo/index.ts";
import { createRouteTable, type MatchFacts, type RouteConfig } from "../../src/index.ts";
import { headOf } from "../head-of.ts";

const action = { kind: "forward", clusters: { kind: "single", name: "orders" } } as const;
const SERVICE = "com.example.Orders";

interface Asked {
  readonly method?: string;
  readonly headers?: string[];
  readonly facts?: MatchFacts;
}

/** What is wanted of the endpoint of a call; `503` where it is refused. */
function wanted(
  routes: readonly RouteConfig[],
  { method = "findOne", headers = [], facts = {} }: Asked = {},
): unknown {
  const table = createRouteTable({ virtualHosts: [{ name: SERVICE, domains: [SERVICE], routes }] });
  const head = headOf({ method: "", authority: SERVICE, path: `/${SERVICE}/${method}`, headers });
  const match = table.match(head, facts);
  if (match?.kind === "direct-response") return match.status;
  return match?.kind === "forward" ? (match.endpointMetadata ?? {}) : match?.kind;
}

const rule = (conditions: readonly string[], rest: Partial<ConditionRule> = {}) =>
  conditionRoutes({ service: SERVICE, conditions, action, ...rest });

describe("a condition", () => {
  test.each<[string, Asked, unknown]>([
    ["method=find* => region=hz", { method: "findOne" }, { region: "hz" }],
    ["method=find* => region=hz", { method: "save" }, {}],
    ["method=find,get => region=hz", { method: "get" }, { region: "hz" }],
    ["method=find,get => region=hz", { method: "getAll" }, {}],
    ["method!=find* => region=hz", { method: "save" }, { region: "hz" }],
    ["method!=find* => region=hz", { method: "findOne" }, {}],
    ["=> region=hz & env=gray", {}, { region: "hz", env: "gray" }],
    ["true => region=hz", {}, { region: "hz" }],
    ["attachments[user]=7* => env=gray", { headers: ["user", "77"] }, { env: "gray" }],
    ["attachments[user]=7* => env=gray", { headers: ["user", "17"] }, {}],
    ["attachments[user]=7* => env=gray", {}, {}],
    ["host=10.0.0.1 => env=gray", { facts: { remoteAddress: "10.0.0.1" } }, { env: "gray" }],
    ["host=10.0.0.* => env=gray", { facts: { remoteAddress: "10.0.0.9" } }, { env: "gray" }],
    ["host=10.0.0.0/8 => env=gray", { facts: { remoteAddress: "10.9.9.9" } }, { env: "gray" }],
    ["host!=10.0.0.1 => env=gray", { facts: { remoteAddress: "10.0.0.2" } }, { env: "gray" }],
    [
      "application=shop & method=find* => env=gray",
      { facts: { sourceLabels: new Map([["application", "shop"]]) } },
      { env: "gray" },
    ],
    ["application=shop => env=gray", { facts: { sourceLabels: new Map([["application", "other"]]) } }, {}],
    ["application=shop => env=gray", {}, {}],
    ["method=find* =>", {}, 503],
    ["method=find* => false", {}, 503],
    ["=> constructor=x", {}, { constructor: "x" }],
    // A point is a point.
    ["method=f.nd => region=hz", { method: "find" }, {}],
  ])("%s, of %j: %j", (condition, asked, expected) => {
    expect(wanted(rule([condition]), asked)).toEqual(expected);
  });

  test("takes the caller's own value for a name with a dollar", () => {
    expect(wanted(rule(["=> region=$region"], { consumer: { region: "sh" } }))).toEqual({ region: "sh" });
    expect(() => rule(["=> region=$region"])).toThrow("the caller has no parameter region");
  });

  test.each([
    ["method=find*", 'expected one "=>" between calls and providers'],
    ["a => b => c=d", 'expected one "=>" between calls and providers'],
    ["method => region=hz", '"method" is no key with values'],
    ["method=  => region=hz", '"method=" is no key with values'],
    [`method=${" ".repeat(20_000)}= => region=hz`, "is no key with values"],
    ["=> region=$constructor", "the caller has no parameter constructor"],
    ["=> region!=hz", "expected one plain value of region, got not hz"],
    ["=> region=hz,sh", "expected one plain value of region, got hz,sh"],
    ["=> region=h*", "expected one plain value of region, got h*"],
    ["arguments[0]=7 => env=gray", "arguments[0] stands in the body, which routing does not read"],
  ])("%s is refused: %s", (condition, reason) => {
    expect(() => rule([condition])).toThrow(reason);
  });
});

describe("several conditions", () => {
  const both = ["method=find* => region=hz", "attachments[user]=7 => env=gray"];

  test("count together where they fit together", () => {
    expect(wanted(rule(both), { headers: ["user", "7"] })).toEqual({ region: "hz", env: "gray" });
    expect(wanted(rule(both))).toEqual({ region: "hz" });
    expect(wanted(rule(both), { method: "save", headers: ["user", "7"] })).toEqual({ env: "gray" });
    expect(wanted(rule(both), { method: "save" })).toEqual({});
  });

  test("that contradict each other leave the first, or with force nobody", () => {
    const contrary = ["=> region=hz", "method=find* => region=sh"];
    expect(wanted(rule(contrary))).toEqual({ region: "hz" });
    expect(wanted(rule(contrary, { force: true }))).toBe(503);
  });

  test("may be six", () => {
    const six = Array.from({ length: 6 }, (_, i) => `=> k${i}=v`);
    expect(wanted(rule(six))).toEqual({ k0: "v", k1: "v", k2: "v", k3: "v", k4: "v", k5: "v" });
    expect(() => rule([...six, "=> k6=v"])).toThrow("there may be at most 6 conditions, got 7");
  });
});

test("a rule without a service is for whatever its virtual host is for, and keeps what the action wants itself", () => {
  const routes = conditionRoutes({
    conditions: ["=> env=gray"],
    action: { ...action, endpointMetadata: { zone: "a" } },
  });
  expect(wanted(routes)).toEqual({ zone: "a", env: "gray" });
});

describe("a tag", () => {
  const routes = (force = false) => tagRoutes({ service: SERVICE, tags: ["gray", "blue"], action, force });

  test.each<[string[], boolean, unknown]>([
    [["dubbo.tag", "gray"], false, { "dubbo.tag": "gray" }],
    [["dubbo.tag", "blue", "dubbo.force.tag", "true"], false, { "dubbo.tag": "blue" }],
    [[], false, { "dubbo.tag": "" }],
    [["dubbo.tag", ""], true, { "dubbo.tag": "" }],
    [["dubbo.tag", "pink"], false, { "dubbo.tag": "" }],
    [["dubbo.tag", "pink", "dubbo.force.tag", "true"], false, 503],
    [["dubbo.tag", "pink", "dubbo.force.tag", "false"], false, { "dubbo.tag": "" }],
    [["dubbo.tag", "pink"], true, 503],
  ])("%j, force %s: %j", (headers, force, expected) => {
    expect(wanted(routes(force), { headers })).toEqual(expected);
  });
});

import { describe, expect, test } from "vitest";
import {
  createRouteTable,
  type RouteConfig,
  type RouteTable,
  type RouteTableConfig,
  type VirtualHostConfig,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo } from "./table-of.ts";

/**
 * Matches `x-n: k` for each k up to its own number, so that the order of listing decides between most of them. An index has
 * odd and even ones at two places.
 */
function upTo(n: number): RouteConfig {
  return {
    ...routeTo("/", {}, { name: String(n) }),
    match: {
      path: { kind: "prefix", value: n % 2 === 0 ? "" : "/" },
      headers: [{ kind: "range", name: "x-n", range: { start: 0, end: n + 1 } }],
    },
  };
}

const numbers = (count: number): readonly RouteConfig[] => Array.from({ length: count }, (_, n) => upTo(n));
const host = (routes: readonly RouteConfig[], rest: Partial<VirtualHostConfig> = {}): VirtualHostConfig => ({
  name: "v",
  domains: ["*"],
  routes,
  ...rest,
});
const build = (config: RouteTableConfig, previous?: RouteTable): RouteTable =>
  createRouteTable(config, previous === undefined ? {} : { previous });
const withRoutes = (routes: readonly RouteConfig[], previous?: RouteTable): RouteTable =>
  build({ virtualHosts: [host(routes)] }, previous);

const asked = (n: number) => headOf({ headers: ["x-n", String(n)] });

/** What a table says to each number: the name of the route. */
const decisions = (table: RouteTable, count: number): readonly (string | undefined)[] =>
  Array.from({ length: count }, (_, n) => table.match(asked(n))?.name);

describe("a table in the place of another", () => {
  const routes = numbers(20);
  const before = withRoutes(routes);

  test.each<[string, readonly RouteConfig[]]>([
    ["nothing changed", [...routes]],
    ["one put in at the beginning", [upTo(5), ...routes]],
    ["one put in between", routes.toSpliced(7, 0, upTo(12))],
    ["one put in at the end", [...routes, upTo(30)]],
    ["one removed", routes.toSpliced(7, 1)],
    ["the first removed", routes.slice(1)],
    ["the last removed", routes.slice(0, -1)],
    ["all removed", []],
    ["one replaced", routes.with(7, upTo(15))],
    ["several replaced by fewer", routes.toSpliced(3, 6, upTo(18), upTo(2))],
    ["two places changed", routes.with(2, upTo(9)).toSpliced(15, 1)],
    ["the order turned round", routes.toReversed()],
    ["more put in than are patched", routes.toSpliced(10, 0, ...numbers(100))],
    ["more removed than are patched", routes.slice(19)],
    ["everything replaced", numbers(20)],
  ])("decides as if it were new: %s", (_, changed) => {
    const kept = String(before);
    const after = withRoutes(changed, before);
    const fresh = withRoutes(changed);
    expect(String(after)).toBe(String(fresh));
    expect(decisions(after, 40)).toEqual(decisions(fresh, 40));
    // Immutable: the one before answers as ever.
    expect(String(before)).toBe(kept);
    expect(decisions(before, 40)).toEqual(decisions(withRoutes(routes), 40));
  });

  test("even of paths that go on, one character by another, for 10,000", () => {
    const deep = Array.from(
      { length: 10_000 },
      (_, n): RouteConfig => ({
        ...routeTo("/", {}, { name: String(n) }),
        match: { path: { kind: "exact", value: `/${"a".repeat(n)}` } },
      }),
    );
    const last = { ...(deep.at(-1) as RouteConfig), name: "changed" };
    const table = withRoutes(deep.with(-1, last), withRoutes(deep));
    expect(table.match(headOf({ path: `/${"a".repeat(9_999)}` }))?.name).toBe("changed");
    expect(table.match(headOf({ path: `/${"a".repeat(9_998)}` }))?.name).toBe("9998");
  });

  test("hands out the same match of a route that has not changed", () => {
    const changed = [upTo(3), ...routes.toSpliced(10, 1)];
    const after = withRoutes(changed, before);
    expect(after.match(asked(9))).toBe(before.match(asked(9)));
    expect(after.match(asked(15))).toBe(before.match(asked(15)));
    expect(after.match(asked(3))).not.toBe(before.match(asked(3)));
    expect(withRoutes(routes).match(asked(9))).not.toBe(before.match(asked(9)));
  });

  test("also where so much has changed that it is indexed anew", () => {
    const after = withRoutes([...numbers(3), ...routes.toReversed(), ...numbers(100)], before);
    expect(after.match(asked(19))).toBe(before.match(asked(19)));
  });

  test.each([
    ["in front of the one before", (): number => 2],
    ["behind the one before", (i: number): number => 2 + i],
  ])("decides rightly after 70 insertions at one place, each %s", (_, placeOf) => {
    let changed: readonly RouteConfig[] = [upTo(0), upTo(1), upTo(1_000)];
    let table = withRoutes(changed);
    const last = table.match(asked(500));
    for (let i = 0; i < 70; i++) {
      changed = changed.toSpliced(placeOf(i), 0, upTo((i * 37) % 101));
      table = withRoutes(changed, table);
      const fresh = withRoutes(changed);
      expect(String(table)).toBe(String(fresh));
      expect(decisions(table, 102)).toEqual(decisions(fresh, 102));
    }
    expect(table.match(asked(500))).toBe(last);
  });

  test("keeps a virtual host by its name, wherever it moves and whichever domains it has", () => {
    const a = host(numbers(3), { name: "a", domains: ["a.test"] });
    const b = host(numbers(3), { name: "b", domains: ["b.test"] });
    const first = build({ virtualHosts: [a, b] });
    const moved = { ...b, domains: ["c.test"] };
    const second = build({ virtualHosts: [moved, a] }, first);
    const ask = (table: RouteTable, authority: string) =>
      table.match(headOf({ authority, headers: ["x-n", "1"] }));
    expect(ask(second, "a.test")).toBe(ask(first, "a.test"));
    expect(ask(second, "c.test")).toBe(ask(first, "b.test"));
    expect(ask(second, "b.test")).toBeUndefined();
    expect(second.claims("c.test")?.virtualHost).toBe("b");
  });

  test.each<[string, RouteTableConfig, unknown, unknown]>([
    [
      "the virtual host's retry policy",
      { virtualHosts: [host(routes, { retryPolicy: "new" })] },
      "new",
      undefined,
    ],
    ["the virtual host's extra", { virtualHosts: [host(routes, { extra: "new" })] }, undefined, "new"],
  ])(
    "compiles its routes anew where they take something else: %s",
    (_, config, retryPolicy, virtualHostExtra) => {
      const match = forwarded(build(config, before).match(asked(9)));
      expect(match).toMatchObject({ retryPolicy, virtualHostExtra });
      expect(match).not.toBe(before.match(asked(9)));
    },
  );

  test("compiles its routes anew where the table's headers change", () => {
    const responseHeaders = { add: [{ name: "x-new", value: "1" }] };
    const after = build({ virtualHosts: [host(routes)], responseHeaders }, before);
    expect(after.match(asked(9))?.changesResponseHeaders).toBe(true);
    const same = build({ virtualHosts: [host(routes)], responseHeaders, name: "same" }, after);
    expect(same.match(asked(9))).toBe(after.match(asked(9)));
    expect(before.match(asked(9))?.changesResponseHeaders).toBe(false);
  });

  test("takes requests by TLS alone from now on", () => {
    const after = build({ virtualHosts: [host(routes, { requireTls: "all" })] }, before);
    expect(after.match(asked(9))?.kind).toBe("redirect");
    expect(build({ virtualHosts: [host(routes)] }, after).match(asked(9))?.kind).toBe("forward");
  });

  test("refuses a bad route by its place in the new list", () => {
    const bad = routeTo("/", { timeoutMs: -1 }, { name: "bad" });
    expect(() => withRoutes(routes.toSpliced(4, 0, bad), before)).toThrow(
      'virtual host "v", route 5 ("bad")',
    );
  });

  test("refuses a domain that is claimed twice, as a new one does", () => {
    const twice = { virtualHosts: [host(routes), host([], { name: "w" })] };
    expect(() => build(twice, before)).toThrow('domain "*" of virtual host "w" is already claimed by "v"');
  });
});

import { describe, expect, test, vi } from "vitest";
import {
  createRouteTable,
  type MatchFacts,
  type RouteConfig,
  type RouteMatchConfig,
  type RouteTableConfig,
} from "../src/index.ts";
import { CompiledTable } from "../src/table/route-table.ts";
import { headOf } from "./head-of.ts";
import { routeTo, tableOf } from "./table-of.ts";

type Request = Parameters<typeof headOf>[0];

const rest = routeTo("/", {}, { name: "rest" });
const only = (match: Partial<RouteMatchConfig>): RouteConfig => ({
  ...routeTo("/", {}, { name: "only" }),
  match: { path: { kind: "prefix", value: "/" }, ...match },
});
const exact = (...values: string[]): readonly RouteConfig[] => [
  ...values.map((value) =>
    only({ headers: [{ kind: "value", name: "x-a", value: { kind: "exact", value } }] }),
  ),
  rest,
];
const prefix = [
  only({ headers: [{ kind: "value", name: "x-a", value: { kind: "prefix", value: "1" } }] }),
  rest,
];
const present = [only({ headers: [{ kind: "present", name: "x-a" }] }), rest];
const withA = (...values: string[]): Request => ({ headers: values.flatMap((value) => ["x-a", value]) });

const CONNECT: Request = { method: "CONNECT", path: "" };
/** A path of so many characters behind its slash. */
const long = (length: number): string => `/${"a".repeat(length)}`;

const EIGHT = Array.from({ length: 8 }, (_, i) => withA(String(i)));

/** How often a table looks among its routes, asked these one after the other. */
function searches(
  routes: readonly RouteConfig[],
  requests: readonly Request[],
  { config = {}, cachePaths = 16 }: { config?: Partial<RouteTableConfig>; cachePaths?: number } = {},
  facts: readonly MatchFacts[] = [],
): number {
  const table = tableOf(routes, config, { cachePaths });
  const fresh = tableOf(routes, config, { cachePaths: 0 });
  if (!(table instanceof CompiledTable)) throw new Error("expected a compiled table");
  const [host] = table.hosts;
  if (host === undefined) throw new Error("expected a virtual host");
  const search = vi.spyOn(host, "listFor");
  for (const [i, request] of requests.entries()) {
    const asked = [headOf(request), facts[i] ?? {}] as const;
    expect(table.match(...asked)?.name).toBe(fresh.match(...asked)?.name);
  }
  return search.mock.calls.length;
}

describe("a decision is remembered", () => {
  test.each<[string, readonly RouteConfig[], readonly Request[], number]>([
    ["by its path", [rest], [{ path: "/a" }, { path: "/a" }, { path: "/b" }], 2],
    ["whatever the query is", [rest], [{ path: "/a" }, { path: "/a?x" }, { path: "/a?y#z" }], 1],
    ["whatever a header is that no route reads", [rest], [withA("1"), withA("2"), withA("1", "1"), {}], 1],
    ["whatever the method is", [rest], [{}, { method: "PUT" }], 1],
    ["by a value that is asked for", exact("1", "2"), [withA("1"), withA("2"), withA("1")], 2],
    ["once for all values that are not", exact("1"), [withA("7"), withA("8"), withA(""), withA("7")], 1],
    ["by a header's absence", exact("1"), [withA("7"), {}, withA("8"), {}], 2],
    ["by each value where more of it is read", prefix, [withA("1"), withA("12"), withA("1")], 2],
    ["by a header's presence alone", present, [withA("1"), withA("2"), {}, withA("3"), {}], 2],
    [
      "by each value where one route reads more than another",
      [...prefix, ...exact("1")],
      [withA("7"), withA("8")],
      2,
    ],
    ["never with a repeated header that counts", exact("1"), [withA("1", "1"), withA("1", "1")], 2],
    [
      "by the method, where routes tell some apart",
      [only({ methods: ["GET", "PUT"] }), rest],
      [{}, { method: "PUT" }, { method: "POST" }, { method: "PATCH" }],
      3,
    ],
    [
      "by a query parameter that is read, and by no other",
      [only({ queryParameters: [{ kind: "present", name: "q", present: true }] }), rest],
      [{ path: "/?q=1" }, { path: "/?x&q=1" }, { path: "/?q=2" }, { path: "/" }, { path: "/?r" }],
      3,
    ],
    [
      "by all cookies, where one is read",
      [only({ cookies: [{ name: "c", value: { kind: "exact", value: "v" } }] }), rest],
      [{ headers: ["cookie", "c=v"] }, { headers: ["cookie", "c=v;d"] }, { headers: ["cookie", "c=v"] }],
      2,
    ],
    ["for eight others of a path", prefix, [...EIGHT, ...EIGHT], 8],
    ["and for no ninth", prefix, [...EIGHT, withA("19"), ...EIGHT.slice(0, 1)], 10],
  ])("%s", (_, routes, requests, expected) => {
    expect(searches(routes, requests)).toBe(expected);
  });

  test.each<[string, readonly RouteConfig[], readonly Request[], number]>([
    ["by a header's absence, which no value looks like", present, [withA("\0missing"), {}], 2],
    [
      "by a value outside ASCII in both of its forms",
      exact("ë"),
      [withA("ë"), withA("\xc3\xab"), withA("e")],
      3,
    ],
    ["never without a path: there the method decides", [rest], [CONNECT, { path: "" }, CONNECT], 3],
    ["up to 2048 characters", prefix, [{ path: long(2_047) }, { path: long(2_047) }], 1],
    ["and no longer", prefix, [{ path: long(2_048) }, { path: long(2_048) }], 2],
    ["nor with longer values", prefix, [withA(long(2_048)), withA(long(2_048))], 2],
    ["with what else there is not counting", exact("1"), [withA(long(2_048)), withA(long(2_049))], 1],
  ])("%s", (_, routes, requests, expected) => {
    expect(searches(routes, requests)).toBe(expected);
  });

  test("by the client's certificate, where a route reads it", () => {
    const facts = [{}, { clientCertificate: "none" }, { clientCertificate: "presented" }] as const;
    const route = only({ facts: [{ kind: "client-certificate", presented: true }] });
    expect(searches([route, rest], [{}, {}, {}], {}, facts)).toBe(2);
    expect(searches([rest], [{}, {}, {}], {}, facts)).toBe(1);
  });

  test("never, where a route reads what no key can stand for", () => {
    const value = { kind: "present" } as const;
    const route = only({ facts: [{ kind: "metadata", filter: "f", path: ["k"], value }] });
    const facts = [{}, { metadata: () => true }, {}];
    expect(searches([route, rest], [{}, {}, {}], {}, facts)).toBe(3);
  });

  test("without path parameters, where those are ignored", () => {
    const requests = [{ path: "/a;x" }, { path: "/a;y" }, { path: "/a" }];
    expect(searches([rest], requests)).toBe(3);
    expect(searches([rest], requests, { config: { ignorePathParametersInPathMatching: true } })).toBe(1);
  });

  test("with path parameters where they are ignored, but a template sees them", () => {
    const template = only({ path: { kind: "template", template: "/{x}/z" } });
    const config = { ignorePathParametersInPathMatching: true };
    const requests = [{ path: "/a/z;x" }, { path: "/a/z" }, { path: "/a/z;y" }, { path: "/a/z" }];
    expect(searches([template, rest], requests, { config })).toBe(3);
  });

  test("for so many paths, and of no more; 0 remembers nothing", () => {
    const requests = [{ path: "/a" }, { path: "/b" }, { path: "/a" }];
    expect(searches([rest], requests, { cachePaths: 2 })).toBe(2);
    expect(searches([rest], requests, { cachePaths: 1 })).toBe(3);
    expect(searches([rest], requests, { cachePaths: 0 })).toBe(3);
  });

  test("but chance is drawn anew each time", () => {
    const table = tableOf([only({ fraction: { numerator: 50, denominator: 100 } }), rest]);
    const names = [0.1, 0.9, 0.1].map((draw) => table.match(headOf(), { random: () => draw })?.name);
    expect(names).toEqual(["only", "rest", "only"]);
  });

  test("for each virtual host on its own", () => {
    const hosts = ["a", "b"].map((name) => ({
      name,
      domains: [`${name}.test`],
      routes: [routeTo("/", {}, { name })],
    }));
    const table = createRouteTable({ virtualHosts: hosts });
    const names = ["a.test", "b.test", "a.test"].map((authority) => table.match(headOf({ authority }))?.name);
    expect(names).toEqual(["a", "b", "a"]);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("of %d paths is refused", (cachePaths) => {
    expect(() => tableOf([rest], {}, { cachePaths })).toThrow(
      new RangeError(`route table: cachePaths must be an integer from 0, got ${cachePaths}`),
    );
  });
});

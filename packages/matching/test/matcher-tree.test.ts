import { describe, expect, test } from "vitest";
import {
  compileMatcherTree,
  type InputPredicate,
  type MatcherTree,
  type MatchInput,
  NO_FACTS,
  type OnMatch,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";

type Tree = MatcherTree<string>;

const A: MatchInput = { kind: "header", name: "x-a" };
const B: MatchInput = { kind: "header", name: "x-b" };
const end = (action: string): OnMatch<string> => ({ kind: "action", action });
const down = (tree: Tree): OnMatch<string> => ({ kind: "tree", tree });
const map = (
  kind: "exact" | "prefix",
  input: MatchInput,
  entries: Record<string, OnMatch<string>>,
  none?: OnMatch<string>,
): Tree => ({
  kind,
  input,
  map: new Map(Object.entries(entries)),
  ...(none === undefined ? {} : { onNoMatch: none }),
});
const list = (matchers: [InputPredicate, OnMatch<string>][], none?: OnMatch<string>): Tree => ({
  kind: "list",
  matchers: matchers.map(([predicate, onMatch]) => ({ predicate, onMatch })),
  ...(none === undefined ? {} : { onNoMatch: none }),
});
const is = (value: string, kind: "exact" | "prefix" = "exact", input = A): InputPredicate => ({
  kind: "value",
  input,
  value: { kind, value },
});

function found(tree: Tree, request: Parameters<typeof headOf>[0]): string | undefined {
  return compileMatcherTree(tree).find(headOf(request), NO_FACTS);
}

// All as Envoy 1.40 answered, save where it says otherwise.
describe("a branch that leads nowhere counts as none", () => {
  const nested = map("exact", A, { 1: down(map("exact", B, { y: end("inner") })) }, end("outer"));
  const prefixes = map(
    "prefix",
    A,
    {
      a: end("a"),
      ab: down(map("exact", B, { y: end("ab") })),
      abc: down(map("exact", B, { z: end("abc") }, end("abc, none"))),
    },
    end("none"),
  );
  const first = list(
    [
      [is("1"), down(map("exact", B, { y: end("inner") }))],
      [is("1", "prefix"), end("second")],
    ],
    end("none"),
  );

  test.each<[string, Tree, string | undefined, string, string | undefined]>([
    ["in a map of texts", nested, "1", "y", "inner"],
    ["in a map of texts", nested, "1", "n", "outer"],
    ["in a map of texts", nested, "2", "y", "outer"],
    ["in a map of texts", nested, undefined, "y", "outer"],
    ["in a map of prefixes", prefixes, "a", "y", "a"],
    ["in a map of prefixes", prefixes, "ab", "y", "ab"],
    ["in a map of prefixes", prefixes, "ab", "z", "a"],
    ["in a map of prefixes", prefixes, "abc", "z", "abc"],
    ["in a map of prefixes", prefixes, "abcd", "z", "abc"],
    ["in a map of prefixes", prefixes, "abc", "y", "abc, none"],
    ["in a map of prefixes", prefixes, "b", "y", "none"],
    ["in a map of prefixes", prefixes, "", "y", "none"],
    ["in a map of prefixes", prefixes, undefined, "y", "none"],
    ["in a list", first, "1", "y", "inner"],
    ["in a list", first, "1", "n", "second"],
    ["in a list", first, "12", "n", "second"],
    ["in a list", first, undefined, "y", "none"],
  ])("%s: of %j, x-a %j and x-b %j find %j", (_, tree, a, b, expected) => {
    const headers = [...(a === undefined ? [] : ["x-a", a]), "x-b", b];
    expect(found(tree, { headers })).toBe(expected);
  });

  test("down to the root, which then leads nowhere itself", () => {
    const { onNoMatch: _, ...bare } = nested;
    expect(found(bare, { headers: ["x-a", "1", "x-b", "n"] })).toBeUndefined();
  });
});

describe("a tree", () => {
  const joined = list([
    [is("1,2"), end("joined")],
    [is("1"), end("single")],
  ]);
  const either = list(
    [
      [
        {
          kind: "any",
          of: [
            is("1"),
            {
              kind: "value",
              input: { kind: "header", name: ":path" },
              value: { kind: "suffix", value: "z" },
            },
          ],
        },
        end("or"),
      ],
    ],
    end("none"),
  );
  const paths = map(
    "prefix",
    { kind: "header", name: ":path" },
    { "/a": end("a"), "/a?q": end("q") },
    end("none"),
  );
  const methods = map(
    "exact",
    { kind: "header", name: ":method" },
    { GET: end("get"), POST: end("post") },
    end("none"),
  );

  test.each<[Tree, Parameters<typeof headOf>[0], string | undefined]>([
    [joined, { headers: ["x-a", "1", "x-a", "2"] }, "joined"],
    [joined, { headers: ["x-a", "1,2"] }, "joined"],
    [joined, { headers: ["x-a", "1"] }, "single"],
    [joined, { headers: ["x-a", "2", "x-a", "1"] }, undefined],
    [either, { headers: ["x-a", "1"] }, "or"],
    [either, { path: "/?q=yz" }, "or"],
    [either, {}, "none"],
    [paths, { path: "/a" }, "a"],
    [paths, { path: "/a?q" }, "q"],
    [paths, { path: "/a?x" }, "a"],
    [paths, { path: "/b" }, "none"],
    [methods, { method: "POST" }, "post"],
    [methods, { method: "PUT" }, "none"],
    // As a head of HTTP has it, and as frames do.
    [map("exact", A, { é: end("e") }), { headers: ["x-a", "\xc3\xa9"] }, "e"],
    [map("prefix", A, { é: end("e") }), { headers: ["x-a", "éa"] }, "e"],
    [
      map("exact", { kind: "header", name: "host" }, { "h.test": end("host") }),
      { authority: "h.test" },
      "host",
    ],
  ])("%j of %j finds %j", (tree, request, expected) => {
    expect(found(tree, request)).toBe(expected);
  });

  test("by address takes the smallest range, then larger ones, then what is left", () => {
    const tree: Tree = {
      kind: "address",
      input: { kind: "remote-address" },
      ranges: [
        { cidrs: ["0.0.0.0/0", "::/0"], onMatch: end("any") },
        { cidrs: ["10.1.0.0/16", "fd00::/8"], onMatch: end("net") },
        { cidrs: ["10.0.0.0/8"], onMatch: end("ten") },
        { cidrs: ["10.1.2.3"], onMatch: down(map("exact", B, { y: end("host") })) },
      ],
      onNoMatch: end("unknown"),
    };
    const compiled = compileMatcherTree(tree);
    const of = (remoteAddress: string | undefined, b = "y") =>
      compiled.find(headOf({ headers: ["x-b", b] }), { remoteAddress });
    expect(
      [
        "10.1.2.3",
        "10.1.2.4",
        "10.2.0.1",
        "9.9.9.9",
        "fd01::1",
        "2001::1",
        "::ffff:10.2.0.1",
        "no",
        undefined,
      ].map((address) => of(address)),
    ).toEqual(["host", "net", "ten", "any", "net", "any", "ten", "unknown", "unknown"]);
    expect(of("10.1.2.3", "n")).toBe("net");
  });

  const large = list(
    [
      [{ kind: "not", of: is("1") }, end("not one")],
      [is("1"), down(map("exact", B, { y: end("inner"), z: end("other") }))],
    ],
    end("none"),
  );

  test("prints itself, knows its ends and what it reads", () => {
    const compiled = compileMatcherTree(large);
    expect(String(compiled).split("\n")).toEqual([
      'if not header x-a exact "1": not one',
      'if header x-a exact "1":',
      '  if header x-b exact "y": inner',
      '  if header x-b exact "z": other',
      "otherwise: none",
    ]);
    expect([...compiled.actions].sort()).toEqual(["inner", "none", "not one", "other"]);
    expect(new Set(compiled.reads.map((reading) => "name" in reading && reading.name))).toEqual(
      new Set(["x-a", "x-b"]),
    );
  });

  test.each<[string[], string[]]>([
    [[], ['if not header x-a exact "1"']],
    [
      ["x-a", "1", "x-b", "y"],
      ['if header x-a exact "1"', 'if header x-b exact "y"'],
    ],
    [
      ["x-a", "1", "x-b", "n"],
      ['if header x-a exact "1"', "otherwise"],
    ],
  ])("explains its way for %j, blind alleys included", (headers, expected) => {
    expect(compileMatcherTree(large).explain(headOf({ headers }), NO_FACTS)).toEqual(expected);
  });

  const deep = (levels: number): Tree =>
    levels === 1 ? map("exact", A, { 1: end("deep") }) : map("exact", A, { 1: down(deep(levels - 1)) });

  test("has at most 32 levels", () => {
    expect(found(deep(32), { headers: ["x-a", "1"] })).toBe("deep");
    expect(() => compileMatcherTree(deep(33))).toThrow("matcher tree: it is over the limit of 32 levels");
  });

  test.each<[Tree, string]>([
    [list([]), "a list is empty"],
    [map("exact", A, {}), "the map of exact values is empty"],
    [map("prefix", A, {}), "the map of prefix values is empty"],
    [{ kind: "address", input: A, ranges: [] }, "the list of ranges is empty"],
    [
      { kind: "address", input: A, ranges: [{ cidrs: ["x"], onMatch: end("x") }] },
      '"x" is not an IP address',
    ],
    [list([[is("", "prefix"), end("x")]]), "prefix needs at least one character"],
    [map("exact", A, { 1: down(list([])) }), "a list is empty"],
  ])("%j is refused", (tree, reason) => {
    expect(() => compileMatcherTree(tree)).toThrow(reason);
  });
});

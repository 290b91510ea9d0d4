import { describe, expect, test } from "vitest";
import { compileCookieMatcher, findCookie, type StringMatcher } from "../src/index.ts";
import { headOf } from "./head-of.ts";

describe("a cookie", () => {
  // As Envoy 1.40 answered.
  test.each<[string[], string | undefined]>([
    [["c=v"], "v"],
    [["c=v2"], "v2"],
    [["a=b; c=v"], "v"],
    [["a=b;c=v"], "v"],
    [["a=b;  c=v ;d"], "v "],
    [["c= v"], " v"],
    [["c=v ;x"], "v "],
    [["c=v\t;x"], "v\t"],
    [["\tc=v"], "v"],
    [["c\t=v"], undefined],
    [["c = v"], undefined],
    [['c="v"'], "v"],
    [['c="v";x'], "v"],
    [['c="v" ;x'], '"v" '],
    [['c=" v"'], " v"],
    [['c=""'], ""],
    [['c="'], '"'],
    [['c="v'], '"v'],
    [['a="c=v"'], undefined],
    [["C=v"], undefined],
    [["c=x; c=v"], "x"],
    [["c=v; c=x"], "v"],
    [["c"], undefined],
    [["c;x"], undefined],
    [["c="], ""],
    [["cc=v"], undefined],
    [["c=v=w"], "v=w"],
    [["c==v"], "=v"],
    [[",c=v"], undefined],
    [["a,c=v"], undefined],
    [["=v;c=v"], "v"],
    [[";;c=v"], "v"],
    [["x;c=v"], "v"],
    [["=;c=v"], "v"],
    [["a=b=;x;c=v"], "v"],
    [["a;b=;x;y;c=v;z"], "v"],
    [["a=;b;c"], undefined],
    [["a=1", "c=v"], "v"],
    [["c=x", "c=v"], "x"],
    [["", "c=v"], "v"],
    [["d", "c=v"], "v"],
    [[], undefined],
  ])("of the fields %j is %j", (fields, expected) => {
    expect(findCookie(fields, "c")).toBe(expected);
  });
});

describe("a cookie matcher", () => {
  const exact: StringMatcher = { kind: "exact", value: "v" };
  test.each<[StringMatcher, string[], boolean]>([
    [exact, ["cookie", "c=v"], true],
    [exact, ["cookie", "c=w"], false],
    [exact, ["cookie", "a=1", "cookie", "c=v"], true],
    [exact, [], false],
    [exact, ["cookie", "a=1"], false],
    [{ kind: "exact", value: "" }, ["cookie", "c="], true],
    [{ kind: "exact", value: "" }, ["cookie", "c"], false],
    [{ kind: "prefix", value: "v" }, ["cookie", "a=b;  c=v ;d"], true],
    [{ kind: "regex", pattern: "v+" }, ["cookie", "c=vv"], true],
    [{ kind: "regex", pattern: ".*" }, ["cookie", "c"], false],
  ])("%j judges %j: %s, and inverted the other way", (value, headers, expected) => {
    const head = headOf({ headers });
    expect(compileCookieMatcher({ name: "c", value }).matches(head)).toBe(expected);
    // A missing cookie too: unlike a header's, its judgement is turned round.
    expect(compileCookieMatcher({ name: "c", value, invert: true }).matches(head)).toBe(!expected);
  });

  test("refuses an empty name, says what it reads, and prints itself", () => {
    expect(() => compileCookieMatcher({ name: "", value: exact })).toThrow(
      "cookie matcher: the name is empty",
    );
    const matcher = compileCookieMatcher({ name: "c", value: exact, invert: true });
    expect(matcher.reads).toEqual({ kind: "header", name: "cookie", detail: "whole" });
    expect(String(matcher)).toBe('cookie c not exact "v"');
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compileLabelMatcher,
  compileSourceLabelMatcher,
  findLabel,
  isLabelName,
  NO_FACTS,
  withLabel,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";

// W3C, "Propagation format for distributed context: Baggage".
describe("a label that travels", () => {
  test.each<[string[], string | undefined]>([
    [["lane=green"], "green"],
    [["a=1,lane=green"], "green"],
    [["a=1 , lane = green "], "green"],
    [["a=1", "lane=green"], "green"],
    [["lane=green,lane=red"], "green"],
    [["lane=green", "lane=red"], "green"],
    [["lane=green;ttl=3;own"], "green"],
    [["lane=green ; ttl=3"], "green"],
    [["lane=gr%C3%BCn"], "grün"],
    [["lane=a%2Cb%3Bc%3Dd%25"], "a,b;c=d%"],
    [["lane=%zz"], "%zz"],
    [["lane=%C3"], "%C3"],
    [["lane=100%"], "100%"],
    [["lane=a=b"], "a=b"],
    [["lane="], ""],
    [["lane"], undefined],
    [["LANE=green"], undefined],
    [["la%6Ee=green"], undefined],
    [["a=1;lane=green"], undefined],
    [["lanes=green"], undefined],
    [[""], undefined],
    [[], undefined],
  ])("of the fields %j is %j", (fields, expected) => {
    expect(findLabel(fields, "lane")).toBe(expected);
  });

  test.each<[string[], string, string]>([
    [[], "green", "lane=green"],
    [["a=1"], "green", "a=1,lane=green"],
    [["lane=red"], "green", "lane=green"],
    [["lane=red;p=1,a=1;p", "b=2,lane=blue"], "green", "a=1;p,b=2,lane=green"],
    [[" a=1 ,, flag , "], "green", "a=1,flag,lane=green"],
    [["lanes=1"], "", "lanes=1,lane="],
    [[], 'a b,c;d"\\%', "lane=a%20b%2Cc%3Bd%22%5C%25"],
    [[], "grün \u{1f600}", "lane=gr%C3%BCn%20%F0%9F%98%80"],
    [[], "\ud800", "lane=%EF%BF%BD"],
  ])("set beside %j to %j makes %s", (fields, value, expected) => {
    expect(withLabel(fields, "lane", value)).toBe(expected);
  });

  test("is found again as it was set, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string({ unit: "grapheme" }), (fields, value) => {
        const field = withLabel(fields, "lane", value);
        expect(findLabel([field], "lane")).toBe(value);
        expect(withLabel([field], "lane", value)).toBe(field);
      }),
    );
  });

  test.each([
    ["lane", true],
    ["x-lane.1_~!", true],
    ["", false],
    ["la ne", false],
    ["a=b", false],
    ["a,b", false],
    ["a;b", false],
    ["ü", false],
    ["a(b)", false],
  ])("may be called %j: %s", (name, expected) => {
    expect(isLabelName(name)).toBe(expected);
  });
});

describe("a label matcher", () => {
  const green = { name: "lane", value: { kind: "exact", value: "green" } } as const;

  test.each([
    [["baggage", "lane=green"], true],
    [["baggage", "a=1", "baggage", "lane=green"], true],
    [["baggage", "lane=red"], false],
    [["lane", "green"], false],
    [[], false],
  ])("judges %j: %s, and inverted the other way", (headers, expected) => {
    const head = headOf({ headers });
    expect(compileLabelMatcher(green).matches(head)).toBe(expected);
    expect(compileLabelMatcher({ ...green, invert: true }).matches(head)).toBe(!expected);
  });

  test("judges the label of whoever calls by what is known of the caller, not by baggage", () => {
    const source = compileSourceLabelMatcher(green);
    const head = headOf({ headers: ["baggage", "lane=green"] });
    expect(source.matches(head, NO_FACTS)).toBe(false);
    expect(source.matches(headOf(), { sourceLabels: new Map([["lane", "green"]]) })).toBe(true);
    expect(source.matches(headOf(), { sourceLabels: new Map([["lane", "red"]]) })).toBe(false);
    expect(compileSourceLabelMatcher({ ...green, invert: true }).matches(headOf(), NO_FACTS)).toBe(true);
  });

  test("refuses names that no label has, says what it reads, and prints itself", () => {
    expect(() => compileLabelMatcher({ ...green, name: "a b" })).toThrow(
      'label matcher: "a b" is no name of a label',
    );
    expect(() => compileSourceLabelMatcher({ ...green, name: "" })).toThrow(
      "source label matcher: the name is empty",
    );
    const [label, source] = [
      compileLabelMatcher(green),
      compileSourceLabelMatcher({ ...green, invert: true }),
    ];
    expect(label.reads).toEqual({ kind: "header", name: "baggage", detail: "whole" });
    expect(source.reads).toEqual({ kind: "facts" });
    expect([String(label), String(source)]).toEqual([
      'label lane exact "green"',
      'source label lane not exact "green"',
    ]);
  });
});

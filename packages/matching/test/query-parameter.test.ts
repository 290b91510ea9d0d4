import { describe, expect, test } from "vitest";
import {
  compileQueryParameterMatcher,
  findQueryParameter,
  type QueryParameterMatcher,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";

describe("a query parameter", () => {
  test.each([
    ["/?q=1", "1"],
    ["/?q", ""],
    ["/?q=", ""],
    ["/?a=2&q=1", "1"],
    ["/?a&q=1", "1"],
    ["/?q=2&q=1", "2"],
    ["/?q=%31", "%31"],
    ["/?q=a+b", "a+b"],
    ["/?q==1", "=1"],
    ["/?q=1?x", "1?x"],
    ["/?&&q=1&&", "1"],
    ["/?a=1;q=1", undefined],
    ["/q=1", undefined],
    ["/?=1", undefined],
    ["/?Q=1", undefined],
    ["/?x?q=1", undefined],
    ["/?%71=1", undefined],
    ["/?qq=1", undefined],
    ["/", undefined],
    ["/?", undefined],
    ["/?x#&q=1", undefined],
    ["/?q=1#x", "1"],
  ])("q of %j is %j", (path, expected) => {
    expect(findQueryParameter(path, "q")).toBe(expected);
  });
});

describe("a query parameter matcher", () => {
  const one: QueryParameterMatcher = { kind: "value", name: "q", value: { kind: "exact", value: "1" } };
  test.each<[QueryParameterMatcher, string, boolean]>([
    [one, "/?q=1", true],
    [one, "/?q=2&q=1", false],
    [one, "/", false],
    [{ kind: "value", name: "q", value: { kind: "prefix", value: "AB", ignoreCase: true } }, "/?q=abc", true],
    [{ kind: "value", name: "q", value: { kind: "regex", pattern: "\\d+" } }, "/?q=123", true],
    [{ kind: "value", name: "q", value: { kind: "regex", pattern: "\\d+" } }, "/?q=12a", false],
    [{ kind: "present", name: "q" }, "/?q", true],
    [{ kind: "present", name: "q" }, "/", false],
    [{ kind: "present", name: "q", present: false }, "/?q", false],
    [{ kind: "present", name: "q", present: false }, "/", true],
  ])("%j against %j: %j", (config, path, expected) => {
    expect(compileQueryParameterMatcher(config).matches(headOf({ path }))).toBe(expected);
  });

  test("refuses an empty name, and prints itself", () => {
    expect(() => compileQueryParameterMatcher({ kind: "present", name: "" })).toThrow("the name is empty");
    expect(String(compileQueryParameterMatcher(one))).toBe('query parameter q exact "1"');
    expect(String(compileQueryParameterMatcher({ kind: "present", name: "q" }))).toBe(
      "query parameter q is present",
    );
  });
});

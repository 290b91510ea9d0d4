import { describe, expect, test } from "vitest";
import { compileStringMatcher, type StringMatcher } from "../src/index.ts";

describe("a string matcher", () => {
  test.each<[StringMatcher, string, boolean]>([
    [{ kind: "exact", value: "one" }, "one", true],
    [{ kind: "exact", value: "one" }, "One", false],
    [{ kind: "exact", value: "One", ignoreCase: true }, "oNE", true],
    [{ kind: "exact", value: "" }, "", true],
    [{ kind: "exact", value: "" }, "x", false],
    [{ kind: "prefix", value: "pre" }, "prefix", true],
    [{ kind: "prefix", value: "pre" }, "PREfix", false],
    [{ kind: "prefix", value: "AB", ignoreCase: true }, "abc", true],
    [{ kind: "suffix", value: "fix" }, "prefix", true],
    [{ kind: "suffix", value: "fix" }, "fixe", false],
    [{ kind: "suffix", value: "FIX", ignoreCase: true }, "prefiX", true],
    [{ kind: "contains", value: "mid" }, "amidst", true],
    [{ kind: "contains", value: "MID", ignoreCase: true }, "aMidst", true],
    [{ kind: "contains", value: "mid" }, "mi", false],
    [{ kind: "regex", pattern: "a+b?" }, "aaab", true],
    [{ kind: "regex", pattern: "a+b?" }, "xaab", false],
  ])("%j against %j: %j", (config, text, expected) => {
    expect(compileStringMatcher(config).matches(text)).toBe(expected);
  });

  test("folds the letters of ASCII only", () => {
    const kelvin = compileStringMatcher({ kind: "exact", value: "k", ignoreCase: true });
    expect(kelvin.matches("K")).toBe(true);
    expect(kelvin.matches("\u212a")).toBe(false);
    expect(compileStringMatcher({ kind: "exact", value: "é", ignoreCase: true }).matches("É")).toBe(false);
    expect(compileStringMatcher({ kind: "exact", value: "éA", ignoreCase: true }).matches("éa")).toBe(true);
  });

  test.each<StringMatcher["kind"]>(["prefix", "suffix", "contains"])("refuses an empty %s", (kind) => {
    expect(() => compileStringMatcher({ kind, value: "" } as StringMatcher)).toThrow(
      `string matcher: ${kind} needs at least one character`,
    );
  });

  test("prints itself", () => {
    expect(String(compileStringMatcher({ kind: "prefix", value: "/a", ignoreCase: true }))).toBe(
      'prefix "/a", ignoring case',
    );
    expect(String(compileStringMatcher({ kind: "regex", pattern: "a+" }))).toBe('regex "a+"');
  });
});

import { describe, expect, test } from "vitest";
import { compileValueMatcher, type ValueMatcher } from "../src/index.ts";

const text: ValueMatcher = { kind: "string", value: { kind: "prefix", value: "a" } };
const seven: ValueMatcher = { kind: "number", value: 7 };

describe("a value matcher", () => {
  const VALUES = [undefined, null, true, false, "", "ab", "7", 0, 7, 7.5, [], [7], ["x", "ab"], {}, [[7]]];

  test.each<[ValueMatcher, readonly unknown[]]>([
    [{ kind: "null" }, [null]],
    [{ kind: "boolean", value: true }, [true]],
    [{ kind: "boolean", value: false }, [false]],
    [text, ["ab"]],
    [seven, [7]],
    [{ kind: "range", start: 0, end: 7.5 }, [0, 7]],
    [{ kind: "range", start: 7, end: 7 }, []],
    [{ kind: "present" }, VALUES.slice(1)],
    [{ kind: "never" }, []],
    [{ kind: "list", oneOf: seven }, [[7]]],
    [{ kind: "list", oneOf: text }, [["x", "ab"]]],
    [{ kind: "list", oneOf: { kind: "list", oneOf: seven } }, [[[7]]]],
    [{ kind: "list", oneOf: { kind: "present" } }, [[7], ["x", "ab"], [[7]]]],
    [{ kind: "any", of: [seven, text, { kind: "null" }] }, [null, "ab", 7]],
  ])("%j matches %j and no other", (config, expected) => {
    const matcher = compileValueMatcher(config);
    expect(VALUES.filter((value) => matcher.matches(value))).toEqual(expected);
  });

  test.each<[ValueMatcher, string]>([
    [{ kind: "null" }, "null"],
    [{ kind: "boolean", value: true }, "true"],
    [text, 'prefix "a"'],
    [{ kind: "range", start: 1, end: 2 }, "in [1, 2)"],
    [{ kind: "list", oneOf: seven }, "a list with 7"],
    [{ kind: "any", of: [seven, { kind: "present" }] }, "7 or present"],
    [{ kind: "never" }, "never"],
  ])("prints %j", (config, expected) => {
    expect(String(compileValueMatcher(config))).toBe(expected);
  });

  test("nests 32 levels deep, and no deeper", () => {
    const nested = (levels: number): ValueMatcher =>
      levels === 1 ? seven : { kind: "list", oneOf: nested(levels - 1) };
    expect(() => compileValueMatcher(nested(32))).not.toThrow();
    expect(() => compileValueMatcher(nested(33))).toThrow("value matcher: it is over the limit of 32 levels");
  });

  test("refuses an empty choice, and a bad text inside of others", () => {
    expect(() => compileValueMatcher({ kind: "any", of: [] })).toThrow("a choice needs at least one matcher");
    const bad: ValueMatcher = { kind: "string", value: { kind: "prefix", value: "" } };
    expect(() => compileValueMatcher({ kind: "list", oneOf: { kind: "any", of: [bad] } })).toThrow(
      "prefix needs at least one character",
    );
  });
});

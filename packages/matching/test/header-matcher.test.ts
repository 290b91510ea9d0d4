import { describe, expect, test } from "vitest";
import {
  compileHeaderMatcher,
  type HeaderMatcher,
  type RangeHeaderMatcher,
  type ValueHeaderMatcher,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";

const exactOne: ValueHeaderMatcher = { kind: "value", name: "x-a", value: { kind: "exact", value: "one" } };
/** `北京` as a head of HTTP has it. */
const BYTES = "\xe5\x8c\x97\xe4\xba\xac";
const notOne: ValueHeaderMatcher = { ...exactOne, invert: true };
const emptyIfMissing: ValueHeaderMatcher = {
  kind: "value",
  name: "x-a",
  value: { kind: "exact", value: "" },
  treatMissingAsEmpty: true,
};
const present = { kind: "present", name: "x-a" } as const;
const range: RangeHeaderMatcher = { kind: "range", name: "x-n", range: { start: -10, end: 10 } };

describe("a header matcher", () => {
  test.each<[string, HeaderMatcher, string[], boolean]>([
    ["fits", exactOne, ["x-a", "one"], true],
    ["minds the case of the value", exactOne, ["x-a", "One"], false],
    ["does not match a missing header", exactOne, [], false],
    ["does not mind the case of the name", exactOne, ["X-A", "one"], true],
    ["judges each of two values: the first fits", exactOne, ["x-a", "one", "x-a", "two"], true],
    ["judges each of two values: the second fits", exactOne, ["x-a", "two", "x-a", "one"], true],
    [
      "outside ASCII, as bytes",
      { ...exactOne, value: { kind: "exact", value: "北京" } },
      ["x-a", BYTES],
      true,
    ],
    [
      "outside ASCII, as text",
      { ...exactOne, value: { kind: "exact", value: "北京" } },
      ["x-a", "北京"],
      true,
    ],
    ["outside ASCII, another", { ...exactOne, value: { kind: "exact", value: "北" } }, ["x-a", BYTES], false],
    [
      "outside ASCII, ignoring case",
      { ...exactOne, value: { kind: "prefix", value: "Zoë", ignoreCase: true } },
      ["x-a", "zO\xc3\xab!"],
      true,
    ],
    ["does not split one value at its comma", exactOne, ["x-a", "one,two"], false],
    ["inverted, does not match what fits", notOne, ["x-a", "one"], false],
    ["inverted, matches what does not fit", notOne, ["x-a", "two"], true],
    ["inverted, does not match a missing header either", notOne, [], false],
    ["inverted, negates the whole: two values, one fits", notOne, ["x-a", "two", "x-a", "one"], false],
    ["takes a missing header as empty", emptyIfMissing, [], true],
    ["takes a missing header as empty, not a present one", emptyIfMissing, ["x-a", "x"], false],
    ["inverted, takes a missing header as empty", { ...notOne, treatMissingAsEmpty: true }, [], true],
    [
      "does not join two values",
      { ...exactOne, value: { kind: "contains", value: "mid" } },
      ["x-a", "m", "x-a", "id"],
      false,
    ],
    ["lower-cases its own name", { ...exactOne, name: "X-A" }, ["x-a", "one"], true],
    ["present", { kind: "present", name: "x-a" }, ["x-a", "1"], true],
    ["present, also with an empty value", { kind: "present", name: "x-a" }, ["x-a", ""], true],
    ["present, missing", { kind: "present", name: "x-a" }, [], false],
    ["present, inverted", { kind: "present", name: "x-a", invert: true }, ["x-a", "1"], false],
    ["present, inverted, missing", { kind: "present", name: "x-a", invert: true }, [], true],
    ["missing wanted", { kind: "present", name: "x-a", present: false }, [], true],
    ["missing wanted, present", { kind: "present", name: "x-a", present: false }, ["x-a", "1"], false],
    ["missing wanted, inverted", { kind: "present", name: "x-a", present: false, invert: true }, [], false],
    [
      "missing wanted, inverted, present",
      { kind: "present", name: "x-a", present: false, invert: true },
      ["x-a", ""],
      true,
    ],
    ["present, missing as empty", { ...present, treatMissingAsEmpty: true }, [], true],
    ["present, missing as empty, there", { ...present, treatMissingAsEmpty: true }, ["x-a", "1"], true],
    [
      "missing wanted, missing as empty",
      { ...present, present: false, treatMissingAsEmpty: true },
      [],
      false,
    ],
    [
      "missing wanted, missing as empty, there",
      { ...present, present: false, treatMissingAsEmpty: true },
      ["x-a", "1"],
      false,
    ],
    [
      "present, inverted, missing as empty",
      { ...present, invert: true, treatMissingAsEmpty: true },
      [],
      false,
    ],
    ["range, missing", range, [], false],
    ["range, second value", range, ["x-n", "99", "x-n", "5"], true],
    ["range, inverted, no number", { ...range, invert: true }, ["x-n", "no"], true],
    ["range, inverted, missing as empty", { ...range, invert: true, treatMissingAsEmpty: true }, [], true],
  ])("%s", (_, config, headers, expected) => {
    expect(compileHeaderMatcher(config).matches(headOf({ headers }))).toBe(expected);
  });

  test.each([
    [":method", "PUT", true],
    [":authority", "a.test:99", true],
    ["host", "a.test:99", true],
    ["Host", "a.test:99", true],
    [":path", "/x?debug=1", true],
    [":scheme", "https", true],
    [":status", "200", false],
  ])("reads %s from the head", (name, wanted, expected) => {
    const head = headOf({ method: "PUT", authority: "a.test:99", path: "/x?debug=1", scheme: "https" });
    const matcher = compileHeaderMatcher({ kind: "value", name, value: { kind: "exact", value: wanted } });
    expect(matcher.matches(head)).toBe(expected);
    expect(compileHeaderMatcher({ kind: "present", name }).matches(head)).toBe(expected);
  });

  test.each([
    ["0", true],
    ["-10", true],
    ["10", false],
    ["+5", true],
    ["007", true],
    ["5x", false],
    ["5.0", false],
    ["0x1", false],
    [" 5", true],
    ["5\t", true],
    ["-0", true],
    ["--5", false],
    ["", false],
    ["-", false],
    ["1e1", false],
    ["9 9", false],
    ["5,6", false],
    ["٥", false],
    ["00000000000000000000005", true],
    ["18446744073709551621", false],
    ["-0000000000000000000000", true],
  ])("range: %j is in [-10, 10): %j", (text, expected) => {
    expect(compileHeaderMatcher(range).matches(headOf({ headers: ["x-n", text] }))).toBe(expected);
  });

  test("range: 60,000 zeros in front of a letter take no longer than others", () => {
    const head = headOf({ headers: ["x-n", `${"0".repeat(60_000)}x`] });
    const before = performance.now();
    expect(compileHeaderMatcher(range).matches(head)).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test.each([
    ["9007199254740992", false],
    ["9007199254740993", true],
    ["09007199254740993", true],
    ["9223372036854775806", true],
    ["9223372036854775807", false],
    ["9223372036854775808", false],
    ["-9223372036854775808", false],
    ["99999999999999999999", false],
  ])("range: %s is compared exactly beyond 2^53: %j", (text, expected) => {
    const bounds = { start: 2n ** 53n + 1n, end: 2n ** 63n - 1n };
    const matcher = compileHeaderMatcher({ kind: "range", name: "x-n", range: bounds });
    expect(matcher.matches(headOf({ headers: ["x-n", text] }))).toBe(expected);
  });

  test.each([[0.5], [2 ** 53], [Number.NaN], [2n ** 63n]])("refuses the bound %s", (start) => {
    const config: HeaderMatcher = { kind: "range", name: "x-n", range: { start, end: 0 } };
    expect(() => compileHeaderMatcher(config)).toThrow("range: start must be an integer of 64 bits");
  });

  test("refuses an empty name", () => {
    expect(() => compileHeaderMatcher({ kind: "present", name: "" })).toThrow(
      "header matcher: the name is empty",
    );
  });

  test.each<[HeaderMatcher, string]>([
    [notOne, 'header x-a not exact "one"'],
    [emptyIfMissing, 'header x-a exact "", a missing one being empty'],
    [{ kind: "present", name: "Host", invert: true }, "header :authority is missing"],
    [{ ...present, treatMissingAsEmpty: true }, "header x-a is present, a missing one being empty"],
    [range, "header x-n [-10, 10)"],
  ])("prints %j", (config, text) => {
    expect(String(compileHeaderMatcher(config))).toBe(text);
  });
});

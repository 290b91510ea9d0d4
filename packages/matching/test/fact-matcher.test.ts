import { describe, expect, test } from "vitest";
import {
  compileFactMatcher,
  type FactMatcher,
  type MetadataMatcher,
  NO_FACTS,
  type RequestFacts,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";

function matches(config: FactMatcher, facts: RequestFacts): boolean {
  return compileFactMatcher(config).matches(headOf(), facts);
}

describe("a matcher of metadata", () => {
  const is: MetadataMatcher = {
    kind: "metadata",
    filter: "f",
    path: ["a", "b"],
    value: { kind: "string", value: { kind: "exact", value: "v" } },
  };
  const holding = (value: unknown): RequestFacts => ({
    metadata: (filter, path) => (filter === "f" && path.join(".") === "a.b" ? value : undefined),
  });

  test.each<[Partial<MetadataMatcher>, RequestFacts, boolean]>([
    [{}, holding("v"), true],
    [{}, holding("w"), false],
    [{}, holding(undefined), false],
    [{}, NO_FACTS, false],
    [{ filter: "g" }, holding("v"), false],
    [{ path: ["a"] }, holding("v"), false],
    [{ value: { kind: "never" } }, holding("v"), false],
    [{ value: { kind: "never" } }, NO_FACTS, false],
    [{ value: { kind: "null" } }, holding(null), true],
    [{ value: { kind: "null" } }, NO_FACTS, false],
    [{ value: { kind: "present" } }, holding(false), true],
  ])("with %j of %j: %s, and inverted the other way", (rest, facts, expected) => {
    expect(matches({ ...is, ...rest }, facts)).toBe(expected);
    expect(matches({ ...is, ...rest, invert: true }, facts)).toBe(!expected);
  });

  test.each([{ filter: "" }, { path: [] }])("refuses %j", (rest) => {
    expect(() => matches({ ...is, ...rest }, NO_FACTS)).toThrow(
      "metadata matcher: the filter or the path is empty",
    );
  });

  test("prints itself", () => {
    expect(String(compileFactMatcher({ ...is, invert: true }))).toBe('metadata f a.b not exact "v"');
  });
});

describe("a matcher of filter state", () => {
  const is: FactMatcher = { kind: "filter-state", key: "k", value: { kind: "exact", value: "" } };

  test("compares the text of the object, and never matches one that is missing", () => {
    expect(matches(is, { filterState: (key) => (key === "k" ? "" : undefined) })).toBe(true);
    expect(matches(is, { filterState: () => "x" })).toBe(false);
    expect(matches(is, { filterState: () => undefined })).toBe(false);
    expect(matches(is, NO_FACTS)).toBe(false);
    expect(() => matches({ ...is, key: "" }, NO_FACTS)).toThrow("filter state matcher: the key is empty");
    expect(String(compileFactMatcher(is))).toBe('filter state k exact ""');
  });
});

describe("a matcher of the client's certificate", () => {
  const STATES = ["none", "presented", "validated", undefined] as const;

  test.each<[{ presented?: boolean; validated?: boolean }, readonly (string | undefined)[], string]>([
    [{}, STATES, "of any kind"],
    [{ presented: true }, ["presented", "validated"], "presented"],
    [{ presented: false }, ["none", undefined], "not presented"],
    [{ validated: true }, ["validated"], "validated"],
    [{ validated: false }, ["none", "presented", undefined], "not validated"],
    [{ presented: true, validated: false }, ["presented"], "presented and not validated"],
    [{ presented: false, validated: false }, ["none", undefined], "not presented and not validated"],
    [{ presented: false, validated: true }, [], "not presented and validated"],
  ])("%j wants %j", (wanted, expected, text) => {
    const config: FactMatcher = { kind: "client-certificate", ...wanted };
    expect(STATES.filter((clientCertificate) => matches(config, { clientCertificate }))).toEqual(expected);
    expect(String(compileFactMatcher(config))).toBe(`client certificate ${text}`);
    expect(compileFactMatcher(config).reads).toEqual({ kind: "certificate" });
  });
});

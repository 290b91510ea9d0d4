import { type HeaderInput, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { compiled, problems } from "./compile-json.ts";

function matches(match: object, request: { path?: string; headers?: HeaderInput }): boolean {
  const route = { match: { prefix: "/", ...match }, direct_response: { status: 200 } };
  const { table } = compiled("routes", {
    name: "r",
    virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }],
  });
  return table.match(textRequest(request).head, { random: () => 0.5 }) !== undefined;
}

test.each([
  ["a string", { string_match: { exact: "one" } }, "one", "ones"],
  ["a string without case", { string_match: { prefix: "ON", ignore_case: true } }, "one", "no"],
  ["a suffix", { string_match: { suffix: "ne" } }, "one", "net"],
  ["a part", { string_match: { contains: "n" } }, "one", "two"],
  ["an expression", { string_match: { safe_regex: { regex: "o.e" } } }, "one", "ones"],
  ["the old exact form", { exact_match: "one" }, "one", "ones"],
  ["the old prefix form", { prefix_match: "on" }, "one", "two"],
  ["the old suffix form", { suffix_match: "ne" }, "one", "two"],
  ["the old form of a part", { contains_match: "n" }, "one", "two"],
  ["the old form of an expression", { safe_regex_match: { regex: "o.e" } }, "one", "two"],
  ["a range, its end not included", { range_match: { start: 5, end: 7 } }, "6", "7"],
  ["a negative range", { range_match: { start: -7, end: -5 } }, "-6", "-5"],
])("a header matcher with %s", (_, form, yes, no) => {
  const headers = [{ name: "x-a", ...form }];
  expect(matches({ headers }, { headers: { "x-a": yes } })).toBe(true);
  expect(matches({ headers }, { headers: { "x-a": no } })).toBe(false);
  expect(matches({ headers }, {})).toBe(false);
  const inverted = [{ name: "x-a", ...form, invert_match: true }];
  expect(matches({ headers: inverted }, { headers: { "x-a": yes } })).toBe(false);
  expect(matches({ headers: inverted }, { headers: { "x-a": no } })).toBe(true);
  // A missing header never matches, inverted or not.
  expect(matches({ headers: inverted }, {})).toBe(false);
});

test.each([
  [{}, true, false],
  [{ present_match: true }, true, false],
  [{ present_match: false }, false, true],
  [{ present_match: true, invert_match: true }, false, true],
  [{ present_match: false, invert_match: true }, true, false],
  [{ exact_match: "", treat_missing_header_as_empty: true }, true, true],
  [{ exact_match: "" }, true, false],
])("presence: %j", (form, whenThere, whenMissing) => {
  const headers = [{ name: "x-a", ...form }];
  expect(matches({ headers }, { headers: { "x-a": "1" } })).toBe(whenThere);
  expect(matches({ headers }, {})).toBe(whenMissing);
});

test.each([
  [{ name: "q" }, "/?q", "/?p"],
  [{ name: "q", present_match: true }, "/?q=1", "/"],
  [{ name: "q", present_match: false }, "/", "/?q=1"],
  [{ name: "q", string_match: { exact: "1" } }, "/?q=1&q=2", "/?q=2&q=1"],
])("query parameters: %j", (form, yes, no) => {
  expect(matches({ query_parameters: [form] }, { path: yes })).toBe(true);
  expect(matches({ query_parameters: [form] }, { path: no })).toBe(false);
});

test.each([
  [{ numerator: 50 }, false],
  [{ numerator: 51 }, true],
  [{ numerator: 5_000, denominator: "TEN_THOUSAND" }, false],
  [{ numerator: 500_001, denominator: "MILLION" }, true],
])("a fraction is of its denominator, half being drawn: %j", (default_value, expected) => {
  expect(matches({ runtime_fraction: { default_value } }, {})).toBe(expected);
});

test("grpc wants its content type", () => {
  expect(matches({ grpc: {} }, { headers: { "content-type": "application/grpc+proto" } })).toBe(true);
  expect(matches({ grpc: {} }, { headers: { "content-type": "application/json" } })).toBe(false);
});

const HERE = 'route configuration "r".virtual_hosts["v"].routes[0].match';

test.each([
  [`${HERE}.headers[0].string_match`, { headers: [{ name: "a", string_match: {} }] }],
  [
    `${HERE}.query_parameters[1].string_match`,
    { query_parameters: [{ name: "a" }, { name: "b", string_match: {} }] },
  ],
])("a matcher without a pattern is refused by its path: %s", (path, match) => {
  const route = { match: { prefix: "/", ...match }, direct_response: { status: 200 } };
  const json = { name: "r", virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }] };
  expect(problems("routes", json)).toEqual([
    `${path}: expected exact, prefix, suffix, contains or safe_regex`,
  ]);
});

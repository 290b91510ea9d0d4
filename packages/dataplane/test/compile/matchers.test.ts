import type { MatchFacts } from "@dualmesh/routing";
import { type HeaderInput, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { compiled, problems } from "./compile-json.ts";

function matches(
  match: object,
  request: { path?: string; headers?: HeaderInput },
  facts: MatchFacts = {},
): boolean {
  const route = { match: { prefix: "/", ...match }, direct_response: { status: 200 } };
  const { table } = compiled("routes", {
    name: "r",
    virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }],
  });
  return table.match(textRequest(request).head, { random: () => 0.5, ...facts }) !== undefined;
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
  // The old exact form takes every value for equal to none.
  [{ exact_match: "" }, true, false],
  [{ string_match: { exact: "" } }, false, false],
  [{ string_match: { exact: "" }, invert_match: true }, true, false],
  [{ string_match: { exact: "" }, treat_missing_header_as_empty: true }, false, true],
  [{ string_match: { exact: "2" }, invert_match: true, treat_missing_header_as_empty: true }, true, true],
  [{ range_match: { start: -9, end: 9 }, treat_missing_header_as_empty: true }, true, false],
  [{ invert_match: true }, false, true],
  [{ present_match: true, treat_missing_header_as_empty: true }, true, true],
  [{ present_match: false, treat_missing_header_as_empty: true }, false, false],
])("presence: %j", (form, whenThere, whenMissing) => {
  const headers = [{ name: "x-a", ...form }];
  expect(matches({ headers }, { headers: { "x-a": "1" } })).toBe(whenThere);
  expect(matches({ headers }, {})).toBe(whenMissing);
});

// As Envoy 1.40 answered, here and below.
test.each([
  ["", true],
  ["1", true],
  ["any", true],
])('the old exact form of "" matches %j: %s', (value, expected) => {
  expect(matches({ headers: [{ name: "x-a", exact_match: "" }] }, { headers: { "x-a": value } })).toBe(
    expected,
  );
});

test.each([
  ["c=v", true],
  ["a=b; c=v", true],
  ["a=b;c=v", true],
  ["a=b;  c=v ;d", false],
  ["c= v", false],
  ["c = v", false],
  ["\tc=v", true],
  ["c\t=v", false],
  ['c="v"', true],
  ['c="v" ;x', false],
  ['c="v', false],
  ["C=v", false],
  ["c=x; c=v", false],
  ["c=v; c=x", true],
  ["c", false],
  ["c=", false],
  ["c=v=w", false],
  [",c=v", false],
])("a cookie that is v, in %j: %s, and inverted the other way", (cookie, expected) => {
  const form = { name: "c", string_match: { exact: "v" } };
  expect(matches({ cookies: [form] }, { headers: { cookie } })).toBe(expected);
  expect(matches({ cookies: [{ ...form, invert_match: true }] }, { headers: { cookie } })).toBe(!expected);
});

test.each([
  ["/g/*", "/g/a=b", true],
  ["/g/*", "/g/a/b", false],
  ["/g/**", "/g/a/b;c=d", true],
  ["/g/**", "/g/[a]", false],
  ["/g/{x}", "/g/$&'()*+,;:@!~", true],
  ["/g/{x}", '/g/"', false],
  ["/g/{x}", "/g/a?[b]", true],
  ["/a/{x=**}/b", "/a//b", true],
])("the template %s of %j: %s", (path_template, path, expected) => {
  expect(matches(template(path_template), { path })).toBe(expected);
});

function template(path_template: string): object {
  const type = "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  return {
    prefix: undefined,
    path_match_policy: { name: "m", typed_config: { "@type": type, path_template } },
  };
}

test.each<[object, unknown, boolean, boolean]>([
  [{ string_match: { exact: "v" } }, "v", true, false],
  [{ bool_match: true }, true, true, false],
  [{ null_match: {} }, null, true, false],
  [{ double_match: { range: { start: 1, end: 2 } } }, 1, true, false],
  [{ list_match: { one_of: { double_match: { exact: 1 } } } }, [0, 1], true, false],
  [{ or_match: { value_matchers: [{ bool_match: true }, { null_match: {} }] } }, null, true, false],
  [{ present_match: true }, "v", true, false],
  // Matches neither what is there nor what is missing.
  [{ present_match: false }, "v", false, false],
  [{ present_match: false }, null, false, false],
])("metadata by %j: %j matches: %s; if missing: %s", (value, held, there, missing) => {
  const form = { filter: "f", path: [{ key: "a" }, { key: "b" }], value };
  const facts: MatchFacts = {
    metadata: (filter, path) => (filter === "f" && path.join(".") === "a.b" ? held : undefined),
  };
  expect(matches({ dynamic_metadata: [form] }, {}, facts)).toBe(there);
  expect(matches({ dynamic_metadata: [form] }, {})).toBe(missing);
  expect(matches({ dynamic_metadata: [{ ...form, invert: true }] }, {}, facts)).toBe(!there);
  expect(matches({ dynamic_metadata: [{ ...form, invert: true }] }, {})).toBe(!missing);
});

test("filter state goes by its text, and the certificate by its state", () => {
  const state = { filter_state: [{ key: "k", string_match: { exact: "v" } }] };
  expect(matches(state, {}, { filterState: (key) => (key === "k" ? "v" : undefined) })).toBe(true);
  expect(matches(state, {})).toBe(false);
  const clear = { tls_context: { presented: false, validated: false } };
  expect(matches(clear, {})).toBe(true);
  expect(matches(clear, {}, { clientCertificate: "validated" })).toBe(false);
  expect(matches({ tls_context: { presented: true } }, {}, { clientCertificate: "presented" })).toBe(true);
  expect(matches({ tls_context: { validated: true } }, {}, { clientCertificate: "presented" })).toBe(false);
  expect(matches({ tls_context: {} }, {})).toBe(true);
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

const PATTERN = { safe_regex: { regex: "a" }, ignore_case: true };

test.each([
  [{ headers: [{ name: "a", string_match: PATTERN }] }, "headers[0].string_match"],
  [{ cookies: [{ name: "a", string_match: PATTERN }] }, "cookies[0].string_match"],
  [{ query_parameters: [{ name: "a", string_match: PATTERN }] }, "query_parameters[0].string_match"],
  [{ filter_state: [{ key: "a", string_match: PATTERN }] }, "filter_state[0].string_match"],
])("ignore_case beside an expression is refused: %j", (match, path) => {
  expect(problemsOf(match)).toEqual([
    `${HERE}.${path}.ignore_case: it has no effect beside safe_regex; (?i) has`,
  ]);
});

function problemsOf(match: object): readonly string[] {
  const route = { match: { prefix: "/", ...match }, direct_response: { status: 200 } };
  return problems("routes", {
    name: "r",
    virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }],
  });
}

const HERE = 'route configuration "r".virtual_hosts["v"].routes[0].match';

test.each([
  [`${HERE}.headers[0].string_match`, { headers: [{ name: "a", string_match: {} }] }],
  [
    `${HERE}.query_parameters[1].string_match`,
    { query_parameters: [{ name: "a" }, { name: "b", string_match: {} }] },
  ],
])("a matcher without a pattern is refused by its path: %s", (path, match) => {
  expect(problemsOf(match)).toEqual([`${path}: expected exact, prefix, suffix, contains or safe_regex`]);
});

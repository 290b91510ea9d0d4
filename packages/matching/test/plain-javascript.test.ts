import { MeshError } from "@dualmesh/core";
import { expect, test } from "vitest";
import {
  checkRegexLimits,
  compileCookieMatcher,
  compileFactMatcher,
  compileHeaderMatcher,
  compileInputPredicate,
  compileLabelMatcher,
  compileMatcherTree,
  compilePathMatcher,
  compileQueryParameterMatcher,
  compileStringMatcher,
  compileValueMatcher,
} from "../src/index.ts";

const HOST = { kind: "header", name: "host" };
const EXACT = { kind: "exact", value: "a" };
const GO = { kind: "action", action: 1 };

/** What a user of plain JavaScript may write: nothing here would compile. */
const MISTAKES: readonly (readonly [(config: never) => unknown, unknown, string])[] = [
  [
    compileHeaderMatcher,
    { kind: "value", name: "x", value: "y" },
    'string matcher: expected an object, got "y"',
  ],
  [
    compileHeaderMatcher,
    { kind: "exact", name: "x" },
    'header matcher: unknown kind "exact" (expected value, range',
  ],
  [compileHeaderMatcher, { kind: "present" }, "header matcher: name must be a text, got undefined"],
  [
    compileHeaderMatcher,
    { kind: "present", name: "x", inverted: true },
    'header matcher: unknown key "inverted"',
  ],
  [compileHeaderMatcher, { kind: "range", name: "x" }, "range: expected an object, got undefined"],
  [compileStringMatcher, { kind: "starts-with", value: "x" }, 'string matcher: unknown kind "starts-with"'],
  [compileStringMatcher, { kind: "exact" }, "string matcher: value must be a text, got undefined"],
  [
    compileStringMatcher,
    { kind: "regex", regex: "x" },
    'string matcher: unknown key "regex" (expected kind, pattern)',
  ],
  [compileStringMatcher, { kind: "regex" }, "regular expression: pattern must be a text, got undefined"],
  [compileStringMatcher, { kind: "toString", value: "x" }, 'string matcher: unknown kind "toString"'],
  [compilePathMatcher, { kind: "prefx", value: "/" }, 'path matcher: unknown kind "prefx"'],
  [compilePathMatcher, { kind: "prefix" }, "path matcher: value must be a text, got undefined"],
  [compilePathMatcher, "/api", 'path matcher: expected an object, got "/api"'],
  [compilePathMatcher, { kind: "template" }, "URI template: template must be a text, got undefined"],
  [
    compileQueryParameterMatcher,
    { kind: "exact", name: "q" },
    'query parameter matcher: unknown kind "exact"',
  ],
  [compileCookieMatcher, { kind: "exact", name: "q", value: EXACT }, 'cookie matcher: unknown key "kind"'],
  [compileLabelMatcher, { value: EXACT }, "label matcher: name must be a text, got undefined"],
  [compileFactMatcher, { kind: "certificate" }, 'fact matcher: unknown kind "certificate"'],
  [compileValueMatcher, { kind: "text" }, 'value matcher: unknown kind "text"'],
  [compileValueMatcher, { kind: "any" }, "value matcher: a choice needs at least one matcher"],
  [
    compileInputPredicate,
    { kind: "value", input: { kind: "path" }, value: EXACT },
    'match input: unknown kind "path"',
  ],
  [
    compileInputPredicate,
    { kind: "value", input: { kind: "header" }, value: EXACT },
    "match input: name must be a text",
  ],
  [compileInputPredicate, { kind: "or", of: [] }, 'predicate: unknown kind "or"'],
  [
    compileInputPredicate,
    { kind: "address", input: HOST, cidrs: "::/0" },
    'predicate: cidrs must be a list, got "::/0"',
  ],
  [
    compileMatcherTree,
    { kind: "map" },
    'matcher tree: unknown kind "map" (expected list, exact, prefix, address)',
  ],
  [
    compileMatcherTree,
    { kind: "exact", input: HOST, map: { a: GO } },
    "matcher tree: map must be a Map, got an object",
  ],
  [
    compileMatcherTree,
    { kind: "exact", input: HOST, map: new Map([["a", 1]]) },
    "matcher tree: expected an object",
  ],
  [checkRegexLimits, { maxLength: 0 }, "maxLength must be an integer from 1, got 0"],
  [
    checkRegexLimits,
    { maxSize: 1 },
    'regexLimits: unknown key "maxSize" (expected maxLength, maxProgramSize)',
  ],
];

test.each(MISTAKES)("%o refuses %o when it is built", (compile, config, sentence) => {
  let thrown: unknown;
  try {
    compile(config as never);
  } catch (error) {
    thrown = error;
  }
  expect(MeshError.is(thrown) && thrown.code).toBe("INVALID_ARGUMENT");
  expect(MeshError.is(thrown) && thrown.rawMessage).toContain(sentence);
});

import { describe, expect, test } from "vitest";
import { compilePathMatcher, type PathMatcher, pathWithoutQuery } from "../src/index.ts";

const exact = (value: string, ignoreCase = false): PathMatcher => ({ kind: "exact", value, ignoreCase });
const prefix = (value: string, ignoreCase = false): PathMatcher => ({ kind: "prefix", value, ignoreCase });
const separated = (value: string, ignoreCase = false): PathMatcher => ({
  kind: "separated-prefix",
  value,
  ignoreCase,
});
const regex = (pattern: string): PathMatcher => ({ kind: "regex", pattern });

describe("a path matcher", () => {
  test.each<[PathMatcher, string, number]>([
    [exact("/exact"), "/exact", 6],
    [exact("/exact"), "/exact/", -1],
    [exact("/exact"), "/exact?x=1", 6],
    [exact("/exact"), "/Exact", -1],
    [exact("/exact"), "/ex%61ct", -1],
    [exact("/exact"), "/exact;v=1", -1],
    [exact("/exact"), "//exact", -1],
    [exact("/exact"), "/a/../exact", -1],
    [exact("/CaseLess", true), "/caselesS?Q=1", 9],
    [exact("/with%20space"), "/with%20space", 13],
    [exact("/x?y"), "/x?y", -1],
    [exact("/"), "/?a", 1],
    [prefix("/pre"), "/pre", 4],
    [prefix("/pre"), "/prefix/longer", 4],
    [prefix("/pre"), "/p", -1],
    [prefix("/pre"), "/x?/pre", -1],
    [prefix("/Fold", true), "/FOLDER", 5],
    [prefix("/dir/"), "/dir", -1],
    [prefix("/dir/"), "/dir/", 5],
    [prefix(""), "/x", 0],
    [separated("/api/dev"), "/api/dev", 8],
    [separated("/api/dev"), "/api/dev/", 8],
    [separated("/api/dev"), "/api/dev/v1", 8],
    [separated("/api/dev"), "/api/dev?x", 8],
    [separated("/api/dev"), "/api/developer", -1],
    [separated("/api/dev"), "/api/Dev", -1],
    [separated("/api/dev"), "/api", -1],
    [separated("/API/Fold", true), "/api/fold", 9],
    [regex("/re/[a-z]+"), "/re/abc", 7],
    [regex("/re/[a-z]+"), "/re/abc?d=1", 7],
    [regex("/re/[a-z]+"), "/re/abc1", -1],
    [regex("/reCase/x"), "/recase/x", -1],
  ])("%j covers that much of %j: %j", (config, path, expected) => {
    expect(compilePathMatcher(config).match(pathWithoutQuery(path))).toBe(expected);
  });

  test.each(["", "/", "/a/", "a", "/a?b", "/a#b", "//"])("refuses the separated prefix %j", (value) => {
    expect(() => compilePathMatcher(separated(value))).toThrow("a separated prefix begins with");
  });

  test.each<[PathMatcher, string, boolean]>([
    [exact("/a"), "/a", true],
    [exact("/A", true), "/a", true],
    [prefix("/a"), "/a", false],
    [separated("/a"), "/a", false],
    [regex("/a/\\d+"), "/a/", false],
  ])("%j tells an index what its paths begin with: %j", (config, literal, whole) => {
    expect(compilePathMatcher(config)).toMatchObject({ literal, whole });
  });

  test("prints itself", () => {
    expect(String(compilePathMatcher(separated("/a", true)))).toBe('separated-prefix "/a", ignoring case');
    expect(String(compilePathMatcher(regex("/\\d")))).toBe('regex "/\\d"');
  });
});

describe("a path without query", () => {
  test.each([
    ["/a?b#c", "/a"],
    ["/a#b?c", "/a"],
    ["/a", "/a"],
    ["?", ""],
  ])("%j: %j", (path, expected) => {
    expect(pathWithoutQuery(path)).toBe(expected);
  });
});

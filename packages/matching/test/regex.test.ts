import { describe, expect, test } from "vitest";
import { compileRegex, compileRegexReplace } from "../src/index.ts";
import { literalPrefix } from "../src/regex/literal-prefix.ts";

describe("a regular expression", () => {
  test.each([
    ["/re/[a-z]+", "/re/abc", true],
    ["/re/[a-z]+", "/re/abc1", false],
    ["/re/[a-z]+", "/re/", false],
    ["/(alt|alternative)", "/alternative", true],
    ["a|ab", "ab", true],
    ["/dot/.*", "/dot/a/b/c", true],
    ["/dot/.*", "/dot", false],
    ["/(?i)flag/[a-c]{2}", "/FLAG/aB", true],
    ["/uni/\\p{Lu}+", "/uni/AB", true],
    ["^/anchored$", "/anchored", true],
    ["^/anchored$", "x/anchored", false],
    ["ab?", "a", true],
    ["ab*c", "ac", true],
    ["ab{0,2}c", "ac", true],
    ["\\.x", ".x", true],
    ["a", "aa", false],
  ])("%j against the whole of %j: %j", (pattern, text, expected) => {
    expect(compileRegex(pattern).matches(text)).toBe(expected);
  });

  const PATHS =
    "/a /ab /abc /ABC /a/1 /abc/123 /abc/12a /b /a/c /b/c /c/c /x.js /a/x.js /a/ /a//b /a/x/b /a.b /axb /z /xz /xyz /aa /ababc /c /".split(
      " ",
    );

  // As Envoy 1.40 answered.
  test.each<[string, string]>([
    ["/a", "/a"],
    ["/a.*", "/a /ab /abc /a/1 /abc/123 /abc/12a /a/c /a/x.js /a/ /a//b /a/x/b /a.b /axb /aa /ababc"],
    ["/[a-z]+/\\d+", "/a/1 /abc/123"],
    ["(?i)/ABC", "/abc /ABC"],
    ["/a|/b", "/a /b"],
    ["/(a|b)/c", "/a/c /b/c"],
    ["/a$", "/a"],
    ["^/a$", "/a"],
    [".*\\.js", "/x.js /a/x.js"],
    ["/a/[^/]+", "/a/1 /a/c /a/x.js"],
    ["/a/[^/]*/b", "/a//b /a/x/b"],
    ["/\\w+", "/a /ab /abc /ABC /b /axb /z /xz /xyz /aa /ababc /c"],
    ["/a\\.b", "/a.b"],
    ["/(?:x|y)?z", "/z /xz"],
    ["/a{2}", "/aa"],
    ["/[[:alpha:]]+", "/a /ab /abc /ABC /b /axb /z /xz /xyz /aa /ababc /c"],
    ["/\\x61", "/a"],
    ["/a/.+", "/a/1 /a/c /a/x.js /a//b /a/x/b"],
    ["/(ab)*c", "/abc /ababc /c"],
    ["/a?b", "/ab /b"],
  ])("of a path %j matches %s and no other", (pattern, expected) => {
    const regex = compileRegex(pattern);
    const matching = PATHS.filter((path) => regex.matches(path));
    expect(matching.join(" ")).toBe(expected);
    expect(matching.filter((path) => !path.startsWith(regex.literal))).toEqual([]);
  });

  test.each([
    ["/api/v\\d+", "/api/v"],
    ["/exact", "/exact"],
    ["^/x/.*$", "/x/"],
    ["/ab?", "/a"],
    ["/ab+", "/ab"],
    ["/ab{0}", "/a"],
    ["/a|/b", ""],
    ["(?i)/a", ""],
    ["*", ""],
    ["/\u{1f600}?", "/"],
  ])("%j surely begins with %j", (pattern, literal) => {
    expect(literalPrefix(pattern)).toBe(literal);
  });

  test.each([
    ["", "at least one character"],
    ["(", "missing closing )"],
    ["[z-a]", "invalid character class range"],
    ["(?=x)", "(?="],
    ["(x)\\1", "\\1"],
    ["a{1001}", "{1001}"],
  ])("%j is refused with pattern and reason", (pattern, reason) => {
    const failure = `regular expression "${pattern}": `;
    expect(() => compileRegex(pattern)).toThrow(failure);
    expect(() => compileRegex(pattern)).toThrow(reason);
    expect(() => compileRegex(pattern)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test("keeps to limits of length and of program size, and names them", () => {
    expect(() => compileRegex("abcd", { maxLength: 3 })).toThrow("at most 3 characters, got 4");
    expect(() => compileRegex("a{900}", { maxProgramSize: 100 })).toThrow(
      /at most 100 instructions, got 90\d/,
    );
    expect(compileRegex("a{900}").programSize).toBeGreaterThan(900);
    expect(() => compileRegex("a", { maxLength: 0 })).toThrow("maxLength must be an integer from 1, got 0");
  });

  test("does not repeat an overlong pattern whole", () => {
    const failure = (): unknown => compileRegex("a".repeat(40_000));
    expect(failure).toThrow(/^.{0,350}$/s);
    expect(failure).toThrow("at most 32768 characters, got 40000");
  });

  test("takes no more than linear time where a backtracking engine would take for ever", () => {
    // 2^40 steps for a backtracking engine: the test would never end.
    const text = `${"a".repeat(40)}!`;
    expect(compileRegex("(a|a)*").matches(text)).toBe(false);
    expect(compileRegex("(a*)*b").matches(text)).toBe(false);
  });
});

describe("a replacement", () => {
  test.each([
    ["^/service/([^/]+)(/.*)$", "\\2/instance/\\1", "/service/foo/v1/api", "/v1/api/instance/foo"],
    ["one", "two", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/two/zzz"],
    ["(?i)/AAA/", "/bbb/", "/fold/aaa/x", "/fold/bbb/x"],
    ["zzz", "y", "/nomatch", "/nomatch"],
    ["^(.*)$", "/p\\0", "/whole", "/p/whole"],
    ["^/empty", "", "/empty", ""],
    ["x", "\\\\", "/ampx", "/amp\\"],
    ["^/opt(/x)?(/y)?", "/\\1\\2", "/opt/y", "//y"],
    [".*", "[\\0]", "abc", "[abc]"],
    ["x*", "-", "abc", "-a-b-c-"],
    ["z*", "-", "/starzz", "-/-s-t-a-r-"],
    ["a", "$1", "a", "$1"],
    ["^a", "", "aaa", "aa"],
  ])("of %j by %j makes %j into %j", (pattern, substitution, text, expected) => {
    expect(compileRegexReplace({ pattern, substitution }).replace(text)).toBe(expected);
  });

  test.each([
    ["\\1", "names group 1, but the pattern has 0"],
    ["\\x", "has a backslash"],
    ["x\\", "has a backslash"],
  ])("by %j is refused", (substitution, reason) => {
    expect(() => compileRegexReplace({ pattern: "a", substitution })).toThrow(reason);
  });
});

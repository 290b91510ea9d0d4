import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NormalizedPath, type NormalizePathOptions, normalizePath } from "../src/index.ts";

/** One line for a result: the path; `307` and where to; or `400`. */
function outcome(path: string, options: NormalizePathOptions): string {
  const result: NormalizedPath = normalizePath(path, options);
  if (result.kind === "reject") return "400";
  return result.kind === "redirect" ? `307 ${result.path}` : result.path;
}

describe("a path that nothing normalizes", () => {
  test.each(["/public/../admin", "//admin", "/public/%2e%2e/admin", "/a\\b", "/a%2fb", "/%41", "/%00"])(
    "stays as it is: %s",
    (path) => {
      expect(outcome(path, {})).toBe(path);
    },
  );
});

describe("the normal form", () => {
  test.each([
    ["/public/../admin", "/admin"],
    ["/public/./x", "/public/x"],
    ["/public/%2e%2e/admin", "/admin"],
    ["/public/%2E./admin", "/admin"],
    ["/a/.%2e/b", "/b"],
    ["/public\\..\\admin", "/admin"],
    ["/a\\", "/a/"],
    ["/a/b/../../..", "/"],
    ["/a/b/../..", "/"],
    ["/..", "/"],
    ["/.", "/"],
    ["/a/..", "/"],
    ["/a/../", "/"],
    ["/a/./", "/a/"],
    ["/public/.", "/public/"],
    ["/a/b/..", "/a/"],
    ["/a//../b", "/a/b"],
    ["//..//a", "//a"],
    ["//admin", "//admin"],
    ["/public///x//", "/public///x//"],
    ["/public;/../admin", "/admin"],
    ["/a/.../b", "/a/.../b"],
    ["/a/..b", "/a/..b"],
    ["/%61dmin", "/admin"],
    ["/public/%41%42%7e", "/public/AB~"],
    ["/a%7E%2D%5F%30%2e", "/a~-_0."],
    ["/public/%3a%3F", "/public/%3a%3F"],
    ["/a%3F/../b", "/b"],
    ["/public%2Fx", "/public%2Fx"],
    ["/public%5cx", "/public%5cx"],
    ["/public/..%2fadmin", "/public/..%2fadmin"],
    ["/%2561dmin", "/%2561dmin"],
    ["/a/%252e%252e/b", "/a/%252e%252e/b"],
    ["/a%25%34%31", "/a%2541"],
    ["/public/%zz", "/public/%zz"],
    ["/a%ZZ%41", "/a%ZZA"],
    ["/a/%2e%2", "/a/.%2"],
    ["/a%", "/a%"],
    ["/..%", "/..%"],
    ["/a%c3%a9", "/a%c3%a9"],
    ["/a%09b%7f", "/a%09b%7f"],
    ['/a"<>^`{|}b', "/a%22%3C%3E%5E%60%7B%7C%7Db"],
    ["/a[b]'!$&()*+,;=@:~", "/a[b]'!$&()*+,;=@:~"],
    ["/public/x?y=/../z//w", "/public/x?y=/../z//w"],
    ["/a/..?x=%41", "/?x=%41"],
    ["/a%00", "400"],
    ["/a?%00", "/a?%00"],
  ])("of %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true })).toBe(expected);
  });

  test.each([
    ["/a/..;/b", "/b"],
    ["/a/..;x=1/b", "/b"],
    ["/a/.;/b", "/a/b"],
    ["/a/..;", "/"],
    ["/a/.;x", "/a/"],
    ["/a/..;%2f", "/"],
    ["/a/..;/..;/b", "/b"],
    ["/a/...;/b", "/a/...;/b"],
    ["/a/..%3b/b", "/a/..%3b/b"],
    ["/a/%2e%2e;/b", "/b"],
  ])("climbs over dots with parameters, as Java's servers do: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true })).toBe(expected);
  });

  test.each([
    ["/a/%%32%65%%32%65/b", "/a/%252e%252e/b"],
    ["/a/%%32e/b", "/a/%252e/b"],
    ["/a%%34%31", "/a%2541"],
    ["/%%32f", "/%252f"],
    ["/a%2%65b", "/a%252eb"],
    ["/a/%2%65%2%65/b", "/a/%252e%252e/b"],
  ])("makes no new escape of a stray percent sign: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true })).toBe(expected);
  });

  test("escapes bytes outside ASCII, and text as UTF-8", () => {
    expect(outcome("/a\xe9b", { normalize: true })).toBe("/a%E9b");
    expect(outcome("/a\u20acb", { normalize: true })).toBe("/a%E2%82%ACb");
    expect(outcome("/\u{1f600}", { normalize: true })).toBe("/%F0%9F%98%80");
  });

  test("of any path begins with a slash, has no dot segment in any spelling, and is its own normal form", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      ".",
      "%2e",
      "%2E",
      "%",
      "2",
      "e",
      "%32",
      "%65",
      ";",
      "a",
      "%61",
      "%zz",
      "é",
    );
    const paths = fc.array(piece, { maxLength: 24 }).map((pieces) => `/${pieces.join("")}`);
    fc.assert(
      fc.property(paths, (path) => {
        const normal = outcome(path, { normalize: true });
        expect(normal).toMatch(/^\//);
        expect(normal).not.toMatch(/[/\\](?:\.|%2e){1,2}(?:;[^/]*)?(?:[/\\]|$)/i);
        expect(outcome(normal, { normalize: true })).toBe(normal);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("merging slashes", () => {
  test.each([
    ["//admin", "/admin"],
    ["/public///x//", "/public/x/"],
    ["/public/x?y=/../z//w", "/public/x?y=/../z//w"],
    ["//x?y=//", "/x?y=//"],
    ["/a//../b", "/a/../b"],
    ["/public%2F%2fx", "/public%2F%2fx"],
    ["//", "//"],
    ["///", "//"],
  ])("alone: %s is %s", (path, expected) => {
    expect(outcome(path, { mergeSlashes: true })).toBe(expected);
  });

  test.each([
    ["//..//a", "/a"],
    ["/public///x//", "/public/x/"],
    ["/public//../admin", "/public/admin"],
  ])("after normalizing: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true, mergeSlashes: true })).toBe(expected);
  });
});

describe("escaped slashes", () => {
  test.each([
    ["/public%2f..%2fadmin", "400"],
    ["/public%5Cx", "400"],
    ["/a?c=%2f", "/a?c=%2f"],
    ["/public/%3a", "/public/%3a"],
  ])("rejected: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true, escapedSlashes: "reject" })).toBe(expected);
  });

  test.each([
    ["/public%2f..%2fadmin", "307 /admin"],
    ["/public%5cx", "307 /public/x"],
    ["/a%2fb?c=%2f", "307 /a/b?c=%2f"],
    ["/a%41%2F%3f", "307 /aA/%3f"],
    ["/%61dmin", "/admin"],
    ["/a?c=%2f", "/a?c=%2f"],
  ])("redirected: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true, escapedSlashes: "unescape-and-redirect" })).toBe(expected);
  });

  test.each([
    ["/public/..%2fadmin", "/admin"],
    ["/a%5c..%5cb", "/b"],
    ["/%2f%2f/x", "////x"],
    ["/a%2f", "/a/"],
  ])("forwarded, and normalized again: %s is %s", (path, expected) => {
    expect(outcome(path, { normalize: true, escapedSlashes: "unescape-and-forward" })).toBe(expected);
  });

  test("are unescaped without normalizing too, and then merged", () => {
    expect(outcome("/%2f%2f/x%5c..", { escapedSlashes: "unescape-and-forward" })).toBe("////x\\..");
    expect(outcome("/%2f%2f/x", { escapedSlashes: "unescape-and-forward", mergeSlashes: true })).toBe("/x");
  });
});

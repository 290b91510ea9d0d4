import { describe, expect, test } from "vitest";
import { compilePathMatcher, compileUriTemplate } from "../src/index.ts";

const PATHS = [
  "/",
  "/a",
  "/A",
  "/a/",
  "/b",
  "/a/b",
  "/a/b/",
  "/a//b",
  "/a/b/c",
  "/a/b/c/d",
  "/a/b/c/d/e",
  "/a/b/d/c",
  "/a/x/b",
  "/a/x/y/b",
  "/a/b.js",
  "/a/.js",
  "/a/b/c.js",
  "/x.html",
  "/.html",
  "/a/%20b/q",
  "/v1/q:act",
  "/a/x=y",
  "/a/*",
  "/a/b;c=d",
  "/a/%c3%a9",
  "/a/[b]",
];
const ONE_SEGMENT = ["/a", "/A", "/b", "/x.html", "/.html"];
const BELOW_A = PATHS.filter((path) => path.startsWith("/a/") && path !== "/a/[b]");

describe("a template of paths", () => {
  // As Envoy 1.40 answered.
  test.each<[string, readonly string[]]>([
    ["/", ["/"]],
    ["/a", ["/a"]],
    ["/a/", ["/a/"]],
    ["/{x}", ONE_SEGMENT],
    ["/{x}/", ["/a/"]],
    ["/*", ONE_SEGMENT],
    ["/**", PATHS.filter((path) => path !== "/a/[b]")],
    ["/a/*", ["/a/b", "/a/b.js", "/a/.js", "/a/x=y", "/a/*", "/a/b;c=d", "/a/%c3%a9"]],
    ["/a/**", BELOW_A],
    ["/a/{x=*}/b", ["/a/x/b"]],
    ["/a/{x=**}/b", ["/a//b", "/a/x/b", "/a/x/y/b"]],
    ["/a/{x=b/*}", ["/a/b/c", "/a/b/c.js"]],
    ["/a/{x=b/**}/c", ["/a/b/d/c"]],
    ["/{x}.html", ["/x.html"]],
    ["/a/*.js", ["/a/b.js"]],
    ["/a/**.js", ["/a/b/c.js", "/a/b.js", "/a/.js"]],
    ["/{a}/{b}/{c}/{d}/{e}", ["/a/b/c/d/e"]],
    ["/a/%20b/{x}", ["/a/%20b/q"]],
    ["/a/{x=b/c}", ["/a/b/c"]],
    ["/v1/{x}:act", ["/v1/q:act"]],
  ])("%s matches %j and no other", (text, expected) => {
    const template = compileUriTemplate(text);
    const matching = PATHS.filter((path) => template.matches(path));
    expect(matching.sort()).toEqual([...expected].sort());
    expect(matching.filter((path) => !path.startsWith(template.literal))).toEqual([]);
    expect(PATHS.filter((path) => template.capture(path) !== undefined)).toHaveLength(expected.length);
  });

  const printable = Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCharCode(0x21 + i)).filter(
    (char) => !"#?".includes(char),
  );
  const refused = '" < > [ \\ ] ^ ` { | }'.split(" ");

  // Recorded from Envoy 1.40, one request for each character.
  test.each<[string, (char: string) => string, readonly string[]]>([
    ["/g/*/end", (char) => `/g/${char}/end`, [...refused, "/"]],
    ["/g/{x}", (char) => `/g/${char}`, [...refused, "/"]],
    ["/g/**", (char) => `/g/${char}`, refused],
    ["/g/{x=**}.end", (char) => `/g/${char}.end`, refused],
  ])("the wildcard of %s stands for any printable character but some", (text, pathOf, expected) => {
    const template = compileUriTemplate(text);
    const missing = printable.filter((char) => !template.matches(pathOf(char)));
    expect(missing.sort()).toEqual([...expected].sort());
  });

  test.each(["é", "\u007f", " ", "\u{1f600}", "\n"])("no wildcard stands for %j", (char) => {
    expect(compileUriTemplate("/{x}").matches(`/${char}`)).toBe(false);
    expect(compileUriTemplate("/**").matches(`/a/${char}`)).toBe(false);
  });

  test.each<[string, string, readonly string[] | undefined]>([
    ["/users/{id}/files/{file=**}.png", "/users/7/files/a/b.png", ["7", "a/b"]],
    ["/users/{id}/files/{file=**}.png", "/users/7/files/.png", ["7", ""]],
    ["/users/{id}/files/{file=**}.png", "/users//files/a.png", undefined],
    ["/{x=a/*}/c", "/a/b/c", ["a/b"]],
    ["/a/{x=b/**}/c", "/a/b/d/c", ["b/d"]],
    ["/a/{x=**}/b/c", "/a/x/y/b/c", ["x/y"]],
    ["/a/{x=**/b}/c", "/a/x/y/b/c", ["x/y/b"]],
    ["/a/**/{x=b}/c", "/a/y/b/c", ["b"]],
    ["/{x}/{y}", "/a/b", ["a", "b"]],
    ["/{x=**}", "/a/b", ["a/b"]],
    ["/{x=**}", "/", [""]],
    ["/a", "/a", []],
  ])("%s of %s captures %j", (template, path, expected) => {
    expect(compileUriTemplate(template).capture(path)).toEqual(expected);
  });

  test.each([
    ["/a/b", "/a/b", true],
    ["/", "/", true],
    ["/a/{x}", "/a/", false],
    ["/{x}", "/", false],
    ["/a/**/b", "/a/", false],
  ])("%s begins with %j, whole: %j", (text, literal, whole) => {
    expect(compileUriTemplate(text)).toMatchObject({ literal, whole });
  });

  test.each([
    ["", "begins with a slash"],
    ["a", "begins with a slash"],
    ["/a b", "printable characters of ASCII only"],
    ["/é", "printable characters of ASCII only"],
    ["/a#b", '"a#b" is no segment'],
    ["/a?b", '"a?b" is no segment'],
    ["/a//b", "expected a segment"],
    ["/{x", '"{x" is no segment'],
    ["/x}", '"x}" is no segment'],
    ["/{x=}", '"" is no segment'],
    ["/{x=/b}", '"" is no segment'],
    ["/{x}:{y}", '":{y}" may not stand behind a wildcard'],
    ["/**/b/*", '"*" may not follow "**"'],
    ["/{x=**}/{y}", '"*" may not follow "**"'],
    ["/**/**", '"**" may not follow "**"'],
    ["/{x}{y}", "may not stand behind a wildcard"],
    ["/{a}/{b}/{c}/{d}/{e}/{f}", "more than 5 variables"],
    ["/{x}/{x}", 'the variable "x" occurs twice'],
    ["/{}", '"" is no name of a variable'],
    ["/{1x}", '"1x" is no name of a variable'],
    ["/{x-1}", '"x-1" is no name of a variable'],
    ["/{abcdefghijklmnopq}", "over the limit of 16 characters"],
  ])("%s is refused: %s", (template, reason) => {
    expect(() => compileUriTemplate(template)).toThrow(`URI template "${template}": `);
    expect(() => compileUriTemplate(template)).toThrow(reason);
    expect(() => compileUriTemplate(template)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });

  test.each([
    "/{x_1}",
    "/***",
    "/{x=b*}",
    "/a/b*",
    "/**x",
    "/{x=**}*",
    "/**/{x=b}/c",
    "/{abcdefghijklmnop}",
    "/%zz",
    "/a=b/{x}",
    "/a/{x=b=c}",
    "/a/{x=*}.b=c",
    "/{x}=",
  ])("%s is accepted", (template) => {
    expect(String(compileUriTemplate(template))).toBe(template);
  });

  test("is linear in the path, whatever the template", () => {
    const template = compileUriTemplate(`/**${"/a".repeat(50)}`);
    expect(template.matches(`${"/a".repeat(20_000)}/b`)).toBe(false);
    expect(template.matches(`/${"/a".repeat(20_000)}`)).toBe(true);
  });

  test("is a path matcher, which covers the whole path", () => {
    const matcher = compilePathMatcher({ kind: "template", template: "/a/{x}" });
    expect([matcher.match("/a/bc"), matcher.match("/a/b/c"), String(matcher)]).toEqual([
      5,
      -1,
      'template "/a/{x}"',
    ]);
  });
});

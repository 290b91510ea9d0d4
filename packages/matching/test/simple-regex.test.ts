import { seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { compileRegex } from "../src/index.ts";
import { compileWithEngine } from "../src/regex/regex-engine.ts";
import { recogniseRegex } from "../src/regex/simple-regex.ts";

const SEED = 20_261_129;
const PATTERNS = 40_000;
const TEXTS = 10;

/** Pieces of patterns: what is recognised, and what looks much like it. */
const PIECES =
  "/ a b api v1 \\. \\d+ [^/]+ [^/]* .* .+ [a-z]+ [0-9]* (a|b) (?:x|y/) | ^ $ [a-z0-9-]+ \\w+ - 1 (a|b)* [(] \\( [)] ) ( \\\\ []a] [^]a]+ a? b* {2} é [_.-]+ (?i) [+-.]+ [^a]* \\$ \\| [A-Z_]+ .*? [a-z] \\d \\D+ [^\\n]+"
    .split(" ")
    .concat("\n", "\u{1f600}");
const CHARS = "/ a b . 1 9 - x y é Z _ A ( ) ] \\ + , $ | api v1 y/"
  .split(" ")
  .concat("\n", "\u{1f600}", "\ud800");

describe("an expression that needs no engine", () => {
  test(`decides as the engine does, and begins with its literal: seed ${SEED}`, () => {
    const random = seededRandom(SEED);
    const some = (from: readonly string[], most: number): string =>
      Array.from(
        { length: Math.floor(random() * (most + 1)) },
        () => from[Math.floor(random() * from.length)],
      ).join("");
    const wrong: unknown[] = [];
    let recognised = 0;
    let matched = 0;
    for (let i = 0; i < PATTERNS; i++) {
      const pattern = some(PIECES, 6);
      const simple = recogniseRegex(pattern);
      if (simple === undefined) continue;
      recognised++;
      // Throws on what is no expression at all.
      const engine = compileWithEngine(pattern);
      for (let k = 0; k < TEXTS; k++) {
        const text = some(CHARS, 5);
        const matches = simple.matches(text);
        matched += Number(matches);
        if (matches !== engine.matches(text)) wrong.push({ pattern, text, matches });
        if (matches && !text.startsWith(simple.literal))
          wrong.push({ pattern, text, literal: simple.literal });
        if (matches && simple.whole && text !== simple.literal) wrong.push({ pattern, text, whole: true });
      }
    }
    expect(wrong).toEqual([]);
    expect(recognised).toBeGreaterThan(5_000);
    expect(matched).toBeGreaterThan(2_000);
  });

  test.each<[string, string, boolean, string[], string[]]>([
    ["/api/.*", "/api/", false, ["/api/", "/api/x/y"], ["/api", "/api/\n"]],
    [
      "/users/\\d+/orders/[^/]+",
      "/users/",
      false,
      ["/users/7/orders/x"],
      ["/users//orders/x", "/users/7/orders/x/"],
    ],
    ["canary|beta", "", false, ["canary", "beta"], ["canarybeta", ""]],
    ["/(alt|alternative)", "/alt", false, ["/alt", "/alternative"], ["/alter"]],
    ["/v(?:1|2)/x", "/v", false, ["/v1/x", "/v2/x"], ["/v3/x", "/v1"]],
    ["^/x$", "/x", true, ["/x"], ["/xx", ""]],
    ["\\.well-known", ".well-known", true, [".well-known"], ["xwell-known"]],
    ["[a-z]*1", "", false, ["1", "ab1"], ["A1", "ab"]],
  ])("%j begins with %j, whole: %j; matches %j and not %j", (pattern, literal, whole, yes, no) => {
    const simple = recogniseRegex(pattern);
    expect(simple).toMatchObject({ literal, whole });
    expect(yes.map((text) => simple?.matches(text))).toEqual(yes.map(() => true));
    expect(no.map((text) => simple?.matches(text))).toEqual(no.map(() => false));
    expect(compileRegex(pattern)).toMatchObject({ literal, whole });
  });

  test.each([
    "(?i)/x",
    "/v[12]/x",
    "/a(/.*)?",
    "[a-z]+b",
    ".*/x",
    "a?",
    "a{2}",
    "(a|b)*",
    "\\x61",
    "\\bx",
    "[[:alpha:]]+",
    "\\D+",
    "[^\\n]+",
    ".+?",
    "((a|b)|c)",
    "(a|b)(c|d)",
    // The bar is a character, and belongs to no choice.
    "(a\\|b)/c",
    "/(a|b\\)[.]",
    Array.from({ length: 17 }, (_, i) => `a${i}`).join("|"),
  ])("%j is left to the engine", (pattern) => {
    expect(recogniseRegex(pattern)).toBeUndefined();
  });

  test.each(["a(*|b)c", "/x(+|b)", "a(b|*c)"])(
    "%j is refused: nothing is there to be repeated",
    (pattern) => {
      expect(() => compileRegex(pattern)).toThrow("missing argument to repetition operator");
    },
  );

  test("many alternatives behind much text are not written out", () => {
    const pattern = `${"a".repeat(16_000)}(${"|".repeat(16_000)})`;
    expect(recogniseRegex(pattern)).toBeUndefined();
    expect(compileRegex(pattern).matches("a".repeat(16_000))).toBe(true);
  });

  test("counts against the limit on programs as well", () => {
    expect(() => compileRegex("/api/.*", { maxProgramSize: 4 })).toThrow("at most 4 instructions, got 8");
    expect(compileRegex("/api/.*", { maxProgramSize: 8 }).programSize).toBe(8);
  });
});

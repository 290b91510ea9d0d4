import { expect, test } from "vitest";
import { readCodeBlocks } from "./code-block.ts";
import { readDocComments } from "./doc-comments.ts";

const source = (...lines: readonly string[]) => lines.join("\n");

test("a block in a doc comment is found with its place in the source", () => {
  const text = source(
    "/** One line. */",
    "const glob = 'src/**/*.ts';",
    "class A {",
    "  /**",
    "   * Words.",
    "   *",
    "   * ```ts",
    "   * if (a) {",
    "   *   b();",
    "   * }",
    "   * ```",
    "   */",
    "  c(): void {}",
    "}",
  );
  expect(readCodeBlocks("a.ts", readDocComments("a.ts", text))).toEqual([
    { file: "a.ts", line: 8, code: "if (a) {\n  b();\n}", noRun: undefined },
  ]);
});

test("what is no doc comment is left out", () => {
  const text = source("/* ```ts", " * a();", " * ``` */", "const b = '```ts';", "// ```ts");
  expect(readDocComments("a.ts", text).trim()).toBe("");
});

test("an @example may have a title, and needs a block that is run", () => {
  const good = source("/**", " * @example with a title", " * ```ts", " * a();", " * ```", " */");
  expect(readCodeBlocks("a.ts", readDocComments("a.ts", good))).toHaveLength(1);
  const bad = source("", "/**", " * @example", " * a();", " */");
  expect(() => readDocComments("a.ts", bad)).toThrow("a.ts:3: @example wants a ```ts block");
});

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createBlockRunner } from "./block-runner.ts";
import { type CodeBlock, readCodeBlocks } from "./code-block.ts";
import { compareOutput, readExpectedOutput } from "./expected-output.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("reading blocks", () => {
  test("finds ts blocks with their place and mark, and leaves other languages", () => {
    const text = [
      "# A",
      "```sh",
      "npm i",
      "```",
      "```ts",
      "a();",
      "```",
      "````ts no-run: a reason",
      "```",
      "````",
    ];
    expect(readCodeBlocks("a.md", text.join("\n"))).toEqual([
      { file: "a.md", line: 6, code: "a();", noRun: undefined },
      { file: "a.md", line: 9, code: "```", noRun: "a reason" },
    ]);
  });

  test.each([
    ["```js\n```", "a.md:1: write ```ts in place of ```js, so that the block is run"],
    ["```ts no-run\n```", 'a.md:1: "no-run" is no mark; write "no-run: <reason>", or none'],
    ["```ts\na();", "a.md:1: the code block has no end"],
  ])("refuses what would escape the tests: %j", (text, message) => {
    expect(() => readCodeBlocks("a.md", text)).toThrow(message);
  });
});

describe("expected output", () => {
  test("belongs to the call before it, over several lines too", () => {
    const code = ["console.log(a); // => 1", "console.log(", "  b,", "); // => 2", "// => 3", "b(); // fine"];
    expect(readExpectedOutput(code.join("\n"))).toEqual([
      { line: 1, printed: ["1"] },
      { line: 2, printed: ["2", "3"] },
    ]);
  });

  test.each([
    ["the same", ["a", "b"], [], "a\nb"],
    ["anything for …", ["took … ms"], [], "took 3.5 ms"],
    ["another line", ["a"], ['line 1 says "a", but prints "b"'], "b"],
    ["a line too many", ["a"], ['line 1 says "a", but prints "a", "b"'], "a\nb"],
    ["no wildcard but …", ["a.c"], ['line 1 says "a.c", but prints "abc"'], "abc"],
  ])("compares: %s", (_, wanted, problems, text) => {
    expect(compareOutput([{ line: 1, printed: wanted }], [{ line: 1, text }])).toEqual(problems);
  });

  test("of a call that never ran is missing", () => {
    expect(compareOutput([{ line: 1, printed: ["a"] }], [{ line: 2, text: "a" }])).toEqual([
      'line 1 says "a", but prints nothing',
    ]);
  });
});

describe("running blocks", () => {
  const blockOf = (...code: string[]): CodeBlock => ({
    file: "a.md",
    line: 3,
    code: code.join("\n"),
    noRun: undefined,
  });

  test("notes the line of each call, in callbacks too", async () => {
    const block = blockOf(
      'import { stack } from "@dualmesh/core";',
      "console.log(String(stack()));",
      "setImmediate(() => {",
      '  console.log("later", 1);',
      "});",
    );
    using runner = createBlockRunner(root, [block]);
    expect(await runner.run(block)).toEqual([
      { line: 2, text: "(empty)" },
      { line: 4, text: "later 1" },
    ]);
  });

  test("reports a block that fails with what it wrote", async () => {
    const block = blockOf('throw new RangeError("no such thing");');
    using runner = createBlockRunner(root, [block]);
    await expect(runner.run(block)).rejects.toThrow(
      /a\.md:3: the block ended with status 1[\s\S]*no such thing/,
    );
  });

  test("reports type errors by the line of the Markdown file", async () => {
    const blocks = [
      blockOf("const a = 1;", 'const b: number = "b";'),
      { ...blockOf("const c = 1;"), line: 9 },
    ];
    using runner = createBlockRunner(root, blocks);
    const errors = [...(await runner.check()).values()];
    expect(errors).toEqual([[expect.stringMatching(/^a\.md:4: error TS2322: /)], []]);
  });
});

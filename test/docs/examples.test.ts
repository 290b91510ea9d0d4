import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { createBlockRunner } from "./block-runner.ts";
import { readCodeBlocks } from "./code-block.ts";
import { listSources, readDocComments } from "./doc-comments.ts";
import { compareOutput, readExpectedOutput } from "./expected-output.ts";
import { holdsExamples, listMarkdown } from "./markdown-files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const blocks = [
  ...listMarkdown(root)
    .filter(holdsExamples)
    .flatMap((file) => readCodeBlocks(file, read(file))),
  ...listSources(root).flatMap((file) => readCodeBlocks(file, readDocComments(file, read(file)))),
];
const cases = blocks.map((block) => ({ name: `${block.file}:${block.line}`, block }));
const runner = createBlockRunner(root, blocks);
afterAll(() => runner[Symbol.dispose]());

describe.concurrent("what the documentation shows runs, and prints what it says", () => {
  test.for(cases.filter(({ block }) => block.noRun === undefined))("$name", async ({ block }) => {
    expect(compareOutput(readExpectedOutput(block.code), await runner.run(block))).toEqual([]);
  });
  test.skip.each(cases.filter(({ block }) => block.noRun !== undefined))(
    "$name is not run: $block.noRun",
    () => {},
  );
});

test("what the documentation shows is well typed", async () => {
  expect([...(await runner.check()).values()].flat()).toEqual([]);
});

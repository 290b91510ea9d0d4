import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { comparePrinted, readFirstExample } from "./first-example.ts";

const folderWith = async (...readme: readonly string[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "dualmesh-readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "README.md"), readme.join("\n"));
  return folder;
};

test("the first example is the first that runs, and awaits in a function where a module may not", async () => {
  const folder = await folderWith(
    ...["```ts no-run: it needs a peer", "a();", "```"],
    ...["```ts", "import {", "  b,", '} from "b";', "console.log(await b()); // => 1", "```"],
    ...["```ts", "c();", "```"],
  );
  expect(await readFirstExample(folder)).toEqual({
    esm: 'import {\n  b,\n} from "b";\nconsole.log(await b()); // => 1\nexport {};\n',
    cjs: 'import {\n  b,\n} from "b";\nvoid (async () => {\n\nconsole.log(await b()); // => 1\n})();\n',
    printed: ["1"],
  });
});

test("a README whose programs are commands has none", async () => {
  expect(await readFirstExample(await folderWith("```sh", "npm install", "```"))).toBeUndefined();
});

test.each([
  ["in another order", ["a", "b …"], "b 7\na\n", []],
  ["with a line missing", ["a", "a"], "a\n", ['prints no "a"']],
  ["with a line too many", ["a"], "a\nb\n", ['prints "b"']],
] as const)("what it prints is compared: %s", (_, wanted, output, sentences) => {
  expect(comparePrinted(wanted, output)).toEqual(sentences);
});

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { brokenLinks, type Lookup } from "./broken-links.ts";
import { listMarkdown } from "./markdown-files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const onDisk: Lookup = (path) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isFile() ? readFileSync(join(root, path), "utf8") : "";
};

test("no relative link of the documentation is broken", () => {
  const problems = listMarkdown(root).flatMap((path) =>
    brokenLinks(path, readFileSync(join(root, path), "utf8"), onDisk),
  );
  expect(problems).toEqual([]);
});

describe("a link", () => {
  const files: Record<string, string> = {
    "docs/a.md": "# The `core` of it\n\n## Again\n\n## Again\n\n```sh\n# no heading\n```\n",
    "docs/guide": "",
  };
  const check = (text: string) => brokenLinks("docs/b.md", text, (path) => files[path]);

  test.each([
    ["[a](a.md)"],
    ["[a](./a.md)"],
    ["[a](guide/)"],
    ["[a](a.md#the-core-of-it)"],
    ["[a](a.md#again-1)"],
    ["[a](https://example.com/nothing)"],
    ["# Here\n\n[a](#here)"],
    ["[a]\n\n[a]: a.md"],
    ["`[a](nothing.md)`"],
    ["```md\n[a](nothing.md)\n```"],
  ])("is sound: %j", (text) => {
    expect(check(text)).toEqual([]);
  });

  test.each([
    ["\n[a](nothing.md)", "docs/b.md:2 links to nothing.md, which does not exist"],
    ["[a](../a.md)", "docs/b.md:1 links to ../a.md, which does not exist"],
    ["[a]: nothing.md", "docs/b.md:1 links to nothing.md, which does not exist"],
    ["[a](a.md#again-2)", "docs/b.md:1 links to a.md#again-2, but docs/a.md has no such heading"],
    ["[a](a.md#no-heading)", "docs/b.md:1 links to a.md#no-heading, but docs/a.md has no such heading"],
    ["[a](#here)", "docs/b.md:1 links to #here, but docs/b.md has no such heading"],
    ["[a](/docs/a.md)", "docs/b.md:1 links to /docs/a.md: write it relative to the file"],
  ])("is broken: %j", (text, problem) => {
    expect(check(text)).toEqual([problem]);
  });
});

import { writeFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeFileError } from "../../src/files/file-error.ts";
import { readFolder } from "../../src/files/read-folder.ts";
import { isConfigurationFile, walkFolder } from "../../src/files/walk-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";

test.each<[string, boolean]>([
  ["clusters.yaml", true],
  ["clusters.yml", true],
  ["clusters.json", true],
  [".clusters.yaml.swp", false],
  [".hidden.yaml", false],
  [".#clusters.yaml", false],
  ["#clusters.yaml#", false],
  ["clusters.yaml~", false],
  ["clusters.yaml.tmp", false],
  ["4913", false],
  ["README.md", false],
  ["..data", false],
])("%s is configuration: %s", (name, expected) => {
  expect(isConfigurationFile(name)).toBe(expected);
});

describe("a walk", () => {
  test("finds files at any depth, by path", async () => {
    await using folder = await temporaryFolder();
    for (const name of ["b.yaml", "a.json", "edge/deep/c.yml", "edge/notes.txt", ".git/d.yaml"]) {
      await folder.write(name, name);
    }
    const { files, problems } = await walkFolder(folder.path);
    expect(files.map(({ path }) => path)).toEqual(["a.json", "b.yaml", "edge/deep/c.yml"]);
    expect(problems).toEqual([]);
  });

  test("announces each directory, also the one that a link leads into", async () => {
    await using folder = await temporaryFolder();
    await folder.write("..data/a.yaml", "a");
    await symlink("..data/a.yaml", join(folder.path, "a.yaml"));
    const announced: string[] = [];
    const { files } = await walkFolder(folder.path, (path) => announced.push(path));
    expect(files.map(({ path }) => path)).toEqual(["a.yaml"]);
    expect(announced).toEqual([folder.path, join(folder.path, "..data")]);
  });

  test("says that a folder is not there", async () => {
    await using folder = await temporaryFolder();
    const missing = join(folder.path, "nothing");
    expect((await walkFolder(missing)).problems).toEqual([
      { file: missing, path: "", message: "does not exist" },
    ]);
  });

  test("says that a link leads nowhere, for its resources would vanish in silence", async () => {
    await using folder = await temporaryFolder();
    await symlink("gone.yaml", join(folder.path, "a.yaml"));
    expect((await walkFolder(folder.path)).problems).toEqual([
      { file: "a.yaml", path: "", message: "the link leads to a file that does not exist" },
    ]);
  });

  test("does not follow links in a circle", async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "edge"));
    await symlink("..", join(folder.path, "edge", "up"));
    expect((await walkFolder(folder.path)).problems).toEqual([
      { file: "edge/up", path: "", message: "the link leads back to a folder above it" },
    ]);
  });
});

describe("a read", () => {
  test("that a change ran into is made again: two generations side by side are what nobody wrote", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", "one");
    let looks = 0;
    const { files } = await readFolder(folder.path, () => {
      // The second look compares; by then the content has been read.
      if (++looks === 2) writeFileSync(join(folder.path, "a.yaml"), "second");
    });
    expect(files).toMatchObject([{ text: "second" }]);
    expect(looks).toBe(4);
  });

  test("knows equal bytes in a file that was replaced", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", "same");
    const before = await readFolder(folder.path);
    await folder.replace("a.yaml", "same");
    const after = await readFolder(folder.path);
    expect(after.files).toEqual(before.files);
    expect(after.stamp).not.toBe(before.stamp);
  });

  test("takes no byte order mark for text", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", "\u{feff}resources: []");
    expect((await readFolder(folder.path)).files).toMatchObject([{ text: "resources: []" }]);
  });

  test("refuses what is no text", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a.yaml"), Uint8Array.of(0xff, 0xfe, 0x00));
    expect((await readFolder(folder.path)).problems).toEqual([
      { file: "a.yaml", path: "", message: "expected UTF-8 text, got other bytes" },
    ]);
  });
});

test.each<[string, string]>([
  ["ENOENT", "does not exist"],
  ["ENOTDIR", "expected a folder, got a file"],
  ["EACCES", "may not be read by this user"],
  ["EIO", "cannot be read: EIO: why"],
])("%s in words: %s", (code, expected) => {
  expect(describeFileError(Object.assign(new Error(`${code}: why`), { code }))).toBe(expected);
});

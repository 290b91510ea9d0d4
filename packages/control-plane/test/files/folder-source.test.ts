import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Clock, systemClock } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { FolderSource } from "../../src/files/folder-source.ts";
import type { FolderText } from "../../src/files/read-folder.ts";
import { type Inbox, inbox } from "../inbox.ts";
import { type TemporaryFolder, temporaryFolder } from "../temporary-folder.ts";

/** The machine's clock, on which the poll never comes: what is seen here, was heard. */
const withoutPoll: Clock = {
  ...systemClock,
  setTimer(callback, delayMs) {
    return delayMs < 1_000 ? systemClock.setTimer(callback, delayMs) : { [Symbol.dispose]: () => {} };
  },
};

interface Watched extends AsyncDisposable {
  readonly source: FolderSource;
  readonly texts: Inbox<FolderText>;
  /** The next content that has these files: `{ name: text }`. */
  sees(content: Readonly<Record<string, string>>): Promise<FolderText>;
}

async function watched(path: string, clock: Clock = withoutPoll): Promise<Watched> {
  const texts = inbox<FolderText>();
  const blind: string[] = [];
  const source = new FolderSource({
    folder: path,
    clock,
    debounceMs: 5,
    onText: texts.put,
    onBlind: (reason) => blind.push(reason),
  });
  await source.read();
  return {
    source,
    texts,
    sees: (content) =>
      texts.next(({ files }) => {
        const found = Object.fromEntries(files.map((file) => [file.path, file.text]));
        return JSON.stringify(found) === JSON.stringify(content);
      }),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      expect(blind).toEqual([]);
    },
  };
}

/** A folder as Kubernetes mounts a ConfigMap: files are links through `..data`, which is swapped as a whole. */
async function mountConfigMap(folder: TemporaryFolder, generation: string, text: string): Promise<void> {
  await folder.write(`..${generation}/a.yaml`, text);
  await symlink(`..${generation}`, join(folder.path, "..data_tmp"));
  await rename(join(folder.path, "..data_tmp"), join(folder.path, "..data"));
}

describe("a change is heard, not only polled", () => {
  test("when a file is written in place", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", "one");
    await using watch = await watched(folder.path);
    await watch.sees({ "a.yaml": "one" });
    await folder.write("a.yaml", "two");
    await watch.sees({ "a.yaml": "two" });
  });

  test("when a file is replaced by a rename, again and again", async () => {
    await using folder = await temporaryFolder();
    await folder.write("a.yaml", "0");
    await using watch = await watched(folder.path);
    for (const text of ["1", "2", "3"]) {
      await folder.replace("a.yaml", text);
      await watch.sees({ "a.yaml": text });
    }
  });

  test("when a file comes or goes", async () => {
    await using folder = await temporaryFolder();
    await using watch = await watched(folder.path);
    await folder.write("a.yaml", "a");
    await watch.sees({ "a.yaml": "a" });
    await rm(join(folder.path, "a.yaml"));
    await watch.sees({});
  });

  test("in a folder that was made after the start", async () => {
    await using folder = await temporaryFolder();
    await using watch = await watched(folder.path);
    await folder.write("edge/deep/a.yaml", "one");
    await watch.sees({ "edge/deep/a.yaml": "one" });
    await folder.write("edge/deep/a.yaml", "two");
    await watch.sees({ "edge/deep/a.yaml": "two" });
  });

  test("when Kubernetes swaps ..data", async () => {
    await using folder = await temporaryFolder();
    await mountConfigMap(folder, "2026_1", "one");
    await symlink("..data/a.yaml", join(folder.path, "a.yaml"));
    await using watch = await watched(folder.path);
    await watch.sees({ "a.yaml": "one" });
    for (const [generation, text] of [
      ["2026_2", "two"],
      ["2026_3", "three"],
    ] as const) {
      await mountConfigMap(folder, generation, text);
      await watch.sees({ "a.yaml": text });
    }
  });

  test("when a linked file is written where it stands", async () => {
    await using folder = await temporaryFolder();
    const elsewhere = join(dirname(folder.path), "elsewhere");
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, "a.yaml"), "one");
    await symlink(join(elsewhere, "a.yaml"), join(folder.path, "a.yaml"));
    await using watch = await watched(folder.path);
    await writeFile(join(elsewhere, "a.yaml"), "two");
    await watch.sees({ "a.yaml": "two" });
  });

  test("when the folder is deleted and made anew, also if it was not there at first", async () => {
    await using folder = await temporaryFolder();
    await rm(folder.path, { recursive: true });
    await using watch = await watched(folder.path);
    for (const text of ["one", "two"]) {
      await folder.write("a.yaml", text);
      await watch.sees({ "a.yaml": text });
      await rm(folder.path, { recursive: true });
      await watch.texts.next(({ problems }) => problems.some(({ message }) => message === "does not exist"));
    }
  });

  test("when the folder is a link that is swapped", async () => {
    await using folder = await temporaryFolder();
    await folder.write("v1/a.yaml", "one");
    await folder.write("v2/a.yaml", "two");
    const current = join(folder.path, "current");
    await symlink("v1", current);
    await using watch = await watched(current);
    await watch.sees({ "a.yaml": "one" });
    await symlink("v2", `${current}_tmp`);
    await rename(`${current}_tmp`, current);
    await watch.sees({ "a.yaml": "two" });
    await folder.write("v2/a.yaml", "three");
    await watch.sees({ "a.yaml": "three" });
  });
});

test("a change that nobody heard of is seen by the poll", async () => {
  await using folder = await temporaryFolder();
  const polls: (() => void)[] = [];
  const deaf: Clock = {
    ...systemClock,
    setTimer(callback, delayMs) {
      if (delayMs >= 1_000) polls.push(callback);
      return { [Symbol.dispose]: () => {} };
    },
  };
  await using watch = await watched(folder.path, deaf);
  await folder.write("a.yaml", "one");
  polls.at(-1)?.();
  await watch.sees({ "a.yaml": "one" });
});

test("a read that is asked for during a read sees what was there when it was asked for", async () => {
  await using folder = await temporaryFolder();
  await using watch = await watched(folder.path);
  const running = watch.source.read();
  await folder.write("a.yaml", "one");
  await watch.source.read();
  await running;
  expect(watch.texts.waiting.at(-1)?.files).toMatchObject([{ path: "a.yaml", text: "one" }]);
});

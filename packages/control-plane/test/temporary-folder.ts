import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own for one test. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes in place, as a careless editor does. */
  write(name: string, text: string): Promise<void>;
  /** Writes beside and renames over, as a careful program does. */
  replace(name: string, text: string): Promise<void>;
  /** Puts another folder, written as `../<name>/…`, in place of this one. */
  swap(name: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "dualmesh-control-plane-")));
  const path = join(root, "config");
  await mkdir(path);
  return {
    path,
    async write(name, text) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    },
    async replace(name, text) {
      await writeFile(join(root, "next"), text);
      await rename(join(root, "next"), join(path, name));
    },
    async swap(name) {
      await rename(path, join(root, "old"));
      await rename(join(root, name), path);
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}

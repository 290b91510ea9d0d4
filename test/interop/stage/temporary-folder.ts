import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** A folder of one test. Its path is short, since those of Unix sockets are limited to some 100 bytes. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Puts a document in place as a whole, as JSON: whoever reads sees the one before or this one. Gives its path. */
  write(name: string, document: object): Promise<string>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "interop-"));
  return {
    path,
    async write(name, document) {
      const file = join(path, name);
      const draft = join(dirname(file), `.${basename(file)}.new`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(draft, JSON.stringify(document, null, 2));
      await rename(draft, file);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

import type { BigIntStats, Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { Problem } from "@dualmesh/envoy-api";
import { describeFileError, fileProblem, isMissing } from "./file-error.ts";

/** A configuration file as it was found, not yet read. */
export interface FoundFile {
  /** Relative to the folder, with `/` between its parts. */
  readonly path: string;
  readonly absolute: string;
  /** Changes whenever the content may have changed: identity, size and times of what the path leads to. */
  readonly stamp: string;
}

export interface FoundFolder {
  /** By path. */
  readonly files: readonly FoundFile[];
  readonly problems: readonly Problem[];
}

/** Told of each directory *before* it is read, with an identity: a watch set here misses nothing. */
export type OnDirectory = (path: string, identity: string) => void;

/** Nesting that no configuration needs. */
const MAX_DEPTH = 16;

/**
 * True for `*.yaml`, `*.yml` and `*.json`, except what editors and Kubernetes hide: `.routes.yaml.swp`, `routes.yaml~`,
 * `..data`.
 */
export function isConfigurationFile(name: string): boolean {
  return !name.startsWith(".") && [".yaml", ".yml", ".json"].includes(extname(name));
}

/**
 * Finds the configuration files in a folder, at any depth and through symbolic links. A folder that cannot be read and
 * a link that leads nowhere are problems, since silence about them would look like a deletion of what they held; a
 * file that vanishes meanwhile is simply not there.
 */
export async function walkFolder(folder: string, onDirectory: OnDirectory = () => {}): Promise<FoundFolder> {
  const walk = new Walk(onDirectory);
  try {
    await walk.directory("", folder, []);
  } catch (error) {
    walk.problems.push(fileProblem(folder, describeFileError(error)));
  }
  return walk;
}

class Walk implements FoundFolder {
  readonly files: FoundFile[] = [];
  readonly problems: Problem[] = [];
  readonly #onDirectory: OnDirectory;

  constructor(onDirectory: OnDirectory) {
    this.#onDirectory = onDirectory;
  }

  async directory(path: string, absolute: string, above: readonly string[]): Promise<void> {
    const identity = identityOf(await stat(absolute, { bigint: true }));
    if (above.includes(identity)) {
      this.problems.push(fileProblem(path, "the link leads back to a folder above it"));
      return;
    }
    if (above.length >= MAX_DEPTH) {
      this.problems.push(fileProblem(path, `expected at most ${MAX_DEPTH} levels of folders`));
      return;
    }
    this.#onDirectory(absolute, identity);
    const entries = await readdir(absolute, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".")) continue;
      const entryPath = path === "" ? entry.name : `${path}/${entry.name}`;
      try {
        await this.#entry(entry, entryPath, join(absolute, entry.name), [...above, identity]);
      } catch (error) {
        const isLink = entry.isSymbolicLink() && isConfigurationFile(entry.name);
        if (isMissing(error) && !isLink) continue;
        const missing = "the link leads to a file that does not exist";
        this.problems.push(fileProblem(entryPath, isMissing(error) ? missing : describeFileError(error)));
      }
    }
  }

  async #entry(entry: Dirent, path: string, absolute: string, above: readonly string[]): Promise<void> {
    const stats = await stat(absolute, { bigint: true });
    if (stats.isDirectory()) return this.directory(path, absolute, above);
    if (!stats.isFile() || !isConfigurationFile(entry.name)) return;
    if (entry.isSymbolicLink()) {
      // A linked file changes in the folder that it stands in, of which a watch here would hear nothing.
      const target = dirname(await realpath(absolute));
      this.#onDirectory(target, identityOf(await stat(target, { bigint: true })));
    }
    this.files.push({ path, absolute, stamp: stampOf(stats) });
  }
}

/**
 * Tells a folder from another that has taken its path. Inode numbers are used again, times of birth are not (where a file
 * system has none, Node gives the time of the last change: then it is another folder too often, which does no harm).
 */
function identityOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
}

function stampOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

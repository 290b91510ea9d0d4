import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileTrouble } from "../read-text.ts";
import { UserError } from "../user-error.ts";

/** A configuration file, and the group of nodes that it is for: the first folder of its path, or none. */
export interface ListedFile {
  readonly path: string;
  readonly group: string;
}

/**
 * The files that a path stands for: itself, or all configuration files of a folder, as a control plane reads it (`*.yaml`,
 * `*.yml`, `*.json` at any depth, hidden ones left out), in order.
 *
 * @throws {UserError} when there is no such path.
 */
export async function listFiles(path: string): Promise<readonly ListedFile[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ path, group: "" }];
    return await walk(path, "");
  } catch (error) {
    throw new UserError(`${path}: ${fileTrouble(error as NodeJS.ErrnoException)}`);
  }
}

async function walk(folder: string, group: string): Promise<readonly ListedFile[]> {
  const found: ListedFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    if (name.startsWith(".")) continue;
    // Links are followed: a folder that Kubernetes mounts is made of them.
    const isFolder = (await stat(path)).isDirectory();
    if (isFolder) found.push(...(await walk(path, group === "" ? name : group)));
    else if ([".yaml", ".yml", ".json"].includes(extname(name))) found.push({ path, group });
  }
  return found;
}

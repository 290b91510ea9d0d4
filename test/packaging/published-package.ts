import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A package as it will be published, before packing. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface PublishedPackage {
  readonly manifest: Manifest;
  /** Its folder in the repository, absolute. */
  readonly folder: string;
  /** What users may import: `@dualmesh/xds`, `@dualmesh/xds/server`. */
  readonly entries: readonly string[];
}

/** The packages below `packages/` that are not private, sorted by the names of their folders. */
export async function listPublished(root: string): Promise<PublishedPackage[]> {
  const names = (await readdir(join(root, "packages"))).sort();
  const all = await Promise.all(
    names.map(async (name) => {
      const folder = join(root, "packages", name);
      const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
      const entries = Object.keys(manifest.exports ?? {}).map((subpath) => manifest.name + subpath.slice(1));
      return { manifest, folder, entries };
    }),
  );
  return all.filter(({ manifest }) => manifest.private !== true);
}

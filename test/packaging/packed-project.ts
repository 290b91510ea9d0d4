import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PublishedPackage } from "./published-package.ts";
import { runProgram } from "./run-program.ts";

/** What `npm pack` made of a package. */
export interface Tarball {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The paths that it holds. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** Every package's tarball, and an empty project into which all of them are installed. Plain data: tests get a copy. */
export interface PackedProject {
  /** Outside the repository: inside, an undeclared dependency would be found in the repository's node_modules. */
  readonly folder: string;
  readonly tarballs: readonly Tarball[];
}

/**
 * Packs all packages and installs the tarballs together: alone, one would look for its neighbours in the registry. Beside
 * them stands `@types/node`, which everybody has who writes TypeScript for Node.
 */
export async function createPackedProject(
  root: string,
  packages: readonly PublishedPackage[],
): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), "dualmesh-packed-"));
  const workspaces = packages.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  const packing = ["pack", "--json", "--ignore-scripts", "--prefix", root, "--pack-destination", folder];
  const packed = JSON.parse(await runProgram({ folder }, "npm", ...packing, ...workspaces)) as readonly {
    readonly name: string;
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
    readonly size: number;
    readonly unpackedSize: number;
  }[];
  const tarballs = packed.map(({ name, filename, files, size, unpackedSize }) => ({
    name,
    path: join(folder, filename),
    files: files.map(({ path }) => path),
    packedBytes: size,
    unpackedBytes: unpackedSize,
  }));

  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  await writeFile(join(folder, "package.json"), '{ "name": "empty-project", "private": true }');
  // The cache of the repository's own install holds almost everything; the network gives the rest.
  const installing = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  const types = `@types/node@${devDependencies["@types/node"]}`;
  await runProgram({ folder }, "npm", ...installing, types, ...tarballs.map(({ path }) => path));
  return { folder, tarballs };
}

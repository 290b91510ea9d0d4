import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

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

/** Every package tarball, and an empty project into which all of them are installed. */
export interface PackedProject {
  /** Outside the repository: inside, an undeclared dependency would be found in the repository's node_modules. */
  readonly folder: string;
  /** From package name to its tarball's path. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** From package name to the paths that its tarball holds. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /**
   * Runs a command in the project, on the Node that runs the tests, and gives its standard output.
   *
   * @throws {Error} with what the command wrote, when it fails or takes over a minute.
   */
  run(command: string, ...args: readonly string[]): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The packages below `packages/` that are not private. */
export async function listPublished(root: string): Promise<PublishedPackage[]> {
  const names = await readdir(join(root, "packages"));
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

/** Packs all packages and installs the tarballs together: alone, one would look for its neighbours in the registry. */
export async function createPackedProject(
  root: string,
  packages: readonly PublishedPackage[],
): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), "dualmesh-packed-"));
  const run = async (command: string, ...args: readonly string[]): Promise<string> => {
    const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
    const env = { ...process.env, PATH: path };
    const result = await promisify(execFile)(command, args, { cwd: folder, env, timeout: 60_000 });
    return result.stdout;
  };

  const workspaces = packages.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  const output = await run(
    "npm",
    ...["pack", "--json", "--ignore-scripts", "--prefix", root, "--pack-destination", folder, ...workspaces],
  );
  const packed = JSON.parse(output) as readonly {
    readonly name: string;
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  const tarballs = new Map(packed.map(({ name, filename }) => [name, join(folder, filename)]));

  await writeFile(join(folder, "package.json"), '{ "name": "empty-project", "private": true }');
  // The cache of the repository's own install holds almost everything; the network gives the rest.
  await run(
    "npm",
    ...["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", ...tarballs.values()],
  );
  return {
    folder,
    tarballs,
    files: new Map(packed.map(({ name, files }) => [name, files.map(({ path }) => path)])),
    run,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

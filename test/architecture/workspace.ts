import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findImports, type Import } from "./scan-imports.ts";
import { type Token, tokenize } from "./tokens.ts";

/** A TypeScript or JavaScript file of the repository. Paths are relative to its root, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly imports: readonly Import[];
  /** The folder of its package (`packages/core`); empty for what belongs to the repository itself. */
  readonly home: string;
  /** `src`, `test`, `bench`, `bin`, `scripts`: the first folder below the package. */
  readonly part: string;
}

/** A package of the workspace, as its `package.json` and `tsconfig.json` declare it. */
export interface Package {
  readonly name: string;
  /** `packages/core`, `examples/shop`; empty for the root. */
  readonly home: string;
  readonly private: boolean;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** From subpath (`.`, `./server`) to the source file, relative to the root. */
  readonly entries: ReadonlyMap<string, string>;
  /** The homes that `tsconfig.json` references; undefined without one. */
  readonly references: readonly string[] | undefined;
}

export interface Workspace {
  readonly root: Package;
  readonly packages: readonly Package[];
  readonly files: readonly SourceFile[];
}

/** A rule looks at the whole workspace and gives one sentence for each offence; none means that it holds. */
export type Rule = (workspace: Workspace) => readonly string[];

/** Builds a workspace from file texts, so that a rule can be shown a broken one that was never on a disk. */
export function createWorkspace(texts: Readonly<Record<string, string>>): Workspace {
  const packages: Package[] = [];
  const files: SourceFile[] = [];
  for (const [path, text] of Object.entries(texts)) {
    const home = homeOf(path);
    if (path === (home === "" ? "package.json" : `${home}/package.json`)) {
      packages.push(readPackage(home, text, texts[`${home}/tsconfig.json`]));
    } else if (/\.[cm]?[jt]s$/.test(path)) {
      const tokens = tokenize(text, path);
      const part = path.slice(home.length).split("/").filter(Boolean)[0] ?? "";
      files.push({ path, text, tokens, imports: findImports(tokens), home, part });
    }
  }
  const root = packages.find((each) => each.home === "") ?? readPackage("", '{"name":"root"}', undefined);
  return { root, packages: packages.filter((each) => each.home !== ""), files };
}

/** Reads the workspace at a folder: manifests and hand-written code; no build output, no vectors, nothing generated. */
export function readWorkspace(folder: string): Workspace {
  const texts: Record<string, string> = {};
  const read = (path: string): void => {
    if (existsSync(join(folder, path))) texts[path] = readFileSync(join(folder, path), "utf8");
  };
  read("package.json");
  const homes = ["packages", "examples"].flatMap((group) =>
    listFolders(join(folder, group)).map((name) => `${group}/${name}`),
  );
  for (const home of homes) {
    read(`${home}/package.json`);
    read(`${home}/tsconfig.json`);
  }
  for (const top of [...homes, "test", "bench", "scripts"]) {
    for (const path of listCode(folder, top)) read(path);
  }
  return createWorkspace(texts);
}

const NOT_OURS = new Set(["node_modules", "dist", "generated", "vectors", "fixtures", ".cache"]);

function listCode(folder: string, path: string): string[] {
  if (!existsSync(join(folder, path))) return [];
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : listCode(folder, child);
    return /\.[cm]?[jt]s$/.test(entry.name) ? [child] : [];
  });
}

function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function homeOf(path: string): string {
  return /^(packages|examples)\/[^/]+(?=\/)/.exec(path)?.[0] ?? "";
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Project {
  readonly references?: readonly { readonly path: string }[];
}

function readPackage(home: string, manifestText: string, projectText: string | undefined): Package {
  const manifest = JSON.parse(manifestText) as Manifest;
  const project = projectText === undefined ? undefined : (JSON.parse(projectText) as Project);
  const entries = Object.entries(manifest.exports ?? {}).map(
    ([subpath, conditions]) => [subpath, join(home, conditions["@dualmesh/source"] ?? "")] as const,
  );
  return {
    name: manifest.name,
    home,
    private: manifest.private ?? false,
    dependencies: [
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ],
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    entries: new Map(entries),
    references:
      project === undefined
        ? undefined
        : (project.references ?? []).map((reference) => join(home, reference.path)),
  };
}

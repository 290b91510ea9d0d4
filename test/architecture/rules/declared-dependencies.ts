import { isBuiltin } from "node:module";
import { TESTKIT } from "../floors.ts";
import { floorName, splitSpecifier } from "../module-name.ts";
import type { Package, Rule, SourceFile, Workspace } from "../workspace.ts";

/**
 * What a package uses it declares, and what it declares it uses: hoisting hides the first mistake until someone installs
 * the package alone, and the second makes everyone install what nobody needs.
 */
export const declaredDependencies: Rule = (workspace) => [
  ...workspace.files.flatMap((file) => undeclared(file, workspace)),
  ...workspace.packages.flatMap((each) => unused(each, workspace)),
];

function undeclared(file: SourceFile, workspace: Workspace): string[] {
  const owner = workspace.packages.find(({ home }) => home === file.home) ?? workspace.root;
  const allowed = new Set([owner.name, ...owner.dependencies]);
  // Sources are what gets installed elsewhere; tests, benchmarks and build scripts run only in this repository.
  if (file.part !== "src" && file.part !== "bin") {
    for (const name of [...owner.devDependencies, ...workspace.root.devDependencies]) allowed.add(name);
    for (const { name, home } of workspace.packages) {
      if (file.home === "" || floorName(home) === TESTKIT) allowed.add(name);
    }
  }
  return file.imports.flatMap(({ specifier, line }) => {
    const name = splitSpecifier(specifier)?.name;
    if (name === undefined || allowed.has(name)) return [];
    if (isBuiltin(specifier)) return [`${file.path}:${line} imports ${specifier}: write node:${specifier}`];
    return [
      `${file.path}:${line} imports ${name}, which ${owner.home || "the root"}/package.json does not declare`,
    ];
  });
}

function unused({ home, dependencies }: Package, workspace: Workspace): string[] {
  const files = workspace.files.filter((file) => file.home === home && ["src", "bin"].includes(file.part));
  const isExample = home.startsWith("examples/");
  // A package whose root offers nothing yet is being built: its dependencies are laid out for it.
  const index = files.find(({ path }) => path === `${home}/src/${isExample ? "main" : "index"}.ts`);
  if (index === undefined || index.text.trim() === "export {};") return [];
  return dependencies
    .filter((name) => !files.some((file) => (isExample ? mentions(file, name) : imports(file, name))))
    .map((name) => `${home}/package.json declares ${name}, which nothing in its sources imports`);
}

function imports({ imports: found }: SourceFile, name: string): boolean {
  return found.some(({ specifier }) => splitSpecifier(specifier)?.name === name);
}

/** An example also starts programs: `--import @dualmesh/sdk/register` and `npx dualmesh` are uses, in a string. */
function mentions(file: SourceFile, name: string): boolean {
  return (
    imports(file, name) ||
    file.tokens.some(({ kind, value }) => (kind === "string" || kind === "template") && value.includes(name))
  );
}

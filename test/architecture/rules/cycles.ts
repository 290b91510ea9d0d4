import { posix } from "node:path";
import { neighbourOf } from "../module-name.ts";
import type { Rule } from "../workspace.ts";

/**
 * No file needs itself to be loaded, and no package needs itself to be installed.
 *
 * Between files only what is loaded with the file counts: two types may know each other, and `import()` runs later.
 * Between packages every import and every declared dependency counts, types included.
 */
export const cycles: Rule = (workspace) => {
  const files = new Map(
    workspace.files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ specifier, kind }) => kind === "value" && specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
    ]),
  );
  const packages = new Map(
    workspace.packages.map(({ name, home, dependencies }) => {
      const used = workspace.files
        .filter((file) => file.home === home && file.part === "src")
        .flatMap((file) => file.imports.map(({ specifier }) => neighbourOf(specifier, workspace)?.name));
      const targets = [...dependencies, ...used].filter((to) => to !== undefined && to !== name);
      return [name, targets as string[]];
    }),
  );
  return [...findCycles(files), ...findCycles(packages)].map((cycle) => `import cycle: ${cycle.join(" → ")}`);
};

/** One shortest-found cycle per knot: depth first, a node on the current path closes a cycle. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

import { neighbourOf } from "../module-name.ts";
import type { Rule } from "../workspace.ts";

/** `tsc -b` builds in the order of the references: they must be the dependencies, no more and no fewer. */
export const projectReferences: Rule = (workspace) =>
  workspace.packages.flatMap(({ home, dependencies, references }) => {
    if (references === undefined) return [];
    const wanted = dependencies
      .map((name) => neighbourOf(name, workspace)?.home)
      .filter((it) => it !== undefined);
    const missing = wanted.filter((it) => !references.includes(it));
    const extra = references.filter((it) => !wanted.includes(it));
    return [
      ...missing.map(
        (it) => `${home}/tsconfig.json lacks a reference to ${it}, which package.json depends on`,
      ),
      ...extra.map((it) => `${home}/tsconfig.json references ${it}, which package.json does not depend on`),
    ];
  });

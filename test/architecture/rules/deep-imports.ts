import { posix } from "node:path";
import { neighbourOf, splitSpecifier } from "../module-name.ts";
import type { Rule } from "../workspace.ts";

/**
 * A neighbour is reached through the names in its `exports`, never through its files: not by a subpath that it does
 * not offer, not by a relative path out of the own folder, and inside of `src` a package never asks for itself by name.
 */
export const deepImports: Rule = (workspace) =>
  workspace.files.flatMap(({ path, home, part, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const where = `${path}:${line} imports ${specifier}`;
      if (specifier.startsWith(".")) {
        const target = posix.join(posix.dirname(path), specifier);
        const targetHome = /^(packages|examples)\/[^/]+/.exec(target)?.[0] ?? "";
        return targetHome === home ? [] : [`${where}: other packages are imported by name`];
      }
      const to = neighbourOf(specifier, workspace);
      if (to === undefined) return [];
      const subpath = splitSpecifier(specifier)?.subpath ?? ".";
      if (!to.entries.has(subpath))
        return [`${where}: ${to.name} exports ${[...to.entries.keys()].join(", ")}`];
      return to.home === home && part === "src" ? [`${where}: a package imports its own files by path`] : [];
    }),
  );

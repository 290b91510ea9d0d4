import type { Rule } from "../workspace.ts";

/** What a package offers is written out, name by name, where it is offered: in an index, or in an entry of `exports`. */
export const starExports: Rule = (workspace) => {
  const entries = new Set(workspace.packages.flatMap((each) => [...each.entries.values()]));
  return workspace.files
    .filter(({ path }) => path.endsWith("/index.ts") || entries.has(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ star }) => star)
        .map(({ specifier, line }) => `${path}:${line} exports * from ${specifier}: list the names`),
    );
};

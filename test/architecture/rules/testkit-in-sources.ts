import { TESTKIT } from "../floors.ts";
import { floorName, neighbourOf } from "../module-name.ts";
import type { Rule } from "../workspace.ts";

/** The test doubles stay in tests: a source that imports them would ship them. */
export const testkitInSources: Rule = (workspace) =>
  workspace.files.flatMap(({ path, home, part, imports }) => {
    if (home === "" || part === "test" || part === "bench" || floorName(home) === TESTKIT) return [];
    return imports
      .filter(({ specifier }) => {
        const to = neighbourOf(specifier, workspace);
        return to !== undefined && floorName(to.home) === TESTKIT;
      })
      .map(({ specifier, line }) => `${path}:${line} imports ${specifier}: only tests and benchmarks may`);
  });

import { FLOORS, floorOf, mayImport, TESTKIT } from "../floors.ts";
import { floorName, neighbourOf } from "../module-name.ts";
import type { Rule } from "../workspace.ts";

/** Imports and declared dependencies between packages go only down the floors. Type imports are arrows too. */
export const arrows: Rule = (workspace) => [
  ...workspace.packages
    .filter(({ home }) => floorName(home) !== TESTKIT && floorOf(floorName(home)) < 0)
    .map(({ home }) => `${home} stands on no floor: give it one in test/architecture/floors.ts`),
  ...workspace.packages.flatMap(({ home, dependencies }) =>
    dependencies
      .map((name) => neighbourOf(name, workspace))
      .filter((to) => to !== undefined && !mayImport(floorName(home), floorName(to.home)))
      .map((to) => `${home}/package.json depends on ${to?.name}: ${allowance(home)}`),
  ),
  ...workspace.files.flatMap(({ path, home, part, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const to = neighbourOf(specifier, workspace);
      if (home === "" || to === undefined || to.home === home) return [];
      const isTest = part === "test" || part === "bench";
      if (isTest && floorName(to.home) === TESTKIT) return [];
      if (mayImport(floorName(home), floorName(to.home))) return [];
      return [`${path}:${line} imports ${to.name}: ${allowance(home)}`];
    }),
  ),
];

function allowance(home: string): string {
  const from = floorName(home);
  const allowed = FLOORS.flatMap((floor) => floor.packages).filter((to) => mayImport(from, to));
  const floor = from === TESTKIT ? "beside floor 0" : `floor ${floorOf(from)}`;
  return `${from} (${floor}) may import ${allowed.length === 0 ? "nothing" : allowed.join(", ")}`;
}

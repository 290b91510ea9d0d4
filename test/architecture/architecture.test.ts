import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { arrows } from "./rules/arrows.ts";
import { cycles } from "./rules/cycles.ts";
import { declaredDependencies } from "./rules/declared-dependencies.ts";
import { deepImports } from "./rules/deep-imports.ts";
import { fileNames } from "./rules/file-names.ts";
import { fileSize } from "./rules/file-size.ts";
import { processOwnership } from "./rules/process-ownership.ts";
import { projectReferences } from "./rules/project-references.ts";
import { starExports } from "./rules/star-exports.ts";
import { testkitInSources } from "./rules/testkit-in-sources.ts";
import { readWorkspace } from "./workspace.ts";

const workspace = readWorkspace(fileURLToPath(new URL("../..", import.meta.url)));

test("the reader sees the repository", () => {
  expect(workspace.packages.map(({ name }) => name)).toContain("@dualmesh/core");
  expect(workspace.files.map(({ path }) => path)).toContain("packages/core/src/stack.ts");
});

test.each([
  ["imports go only down the floors", arrows],
  ["no file and no package needs itself", cycles],
  ["packages meet only at their exports", deepImports],
  ["an index lists its names", starExports],
  ["what is used is declared, and what is declared is used", declaredDependencies],
  ["project references are the dependencies", projectReferences],
  ["test doubles stay in tests", testkitInSources],
  ["a library never owns the process", processOwnership],
  ["files are named after a concept", fileNames],
  ["files hold one concept", fileSize],
])("%s", (_, rule) => {
  expect(rule(workspace)).toEqual([]);
});

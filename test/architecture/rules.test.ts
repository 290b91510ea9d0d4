/** Each rule, shown a small workspace that breaks it (and the nearest one that does not): a rule that cannot fail is none. */
import { describe, expect, test } from "vitest";
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
import { createWorkspace, type Rule } from "./workspace.ts";

describe("arrows", () => {
  test.each([
    ["retry", "routing", "a neighbour on the floor"],
    ["core", "matching", "a neighbour on floor 0"],
    ["xds", "dataplane", "a floor above"],
    ["sdk", "sidecar", "the other mode"],
    ["dataplane", "testkit", "the test doubles"],
    ["testkit", "xds", "too high for the test doubles"],
  ])("%s may not import %s: %s", (from, to) => {
    const problems = check(arrows, {
      [`packages/${from}/src/a.ts`]: `import type { A } from "@dualmesh/${to}";`,
    });
    expect(problems).toEqual([
      expect.stringContaining(`packages/${from}/src/a.ts:1 imports @dualmesh/${to}: ${from}`),
    ]);
  });

  test.each([
    ["matching", "core"],
    ["routing", "matching"],
    ["xds", "telemetry"],
    ["control-plane", "dataplane"],
    ["testkit", "envoy-api"],
  ])("%s may import %s", (from, to) => {
    expect(check(arrows, { [`packages/${from}/src/a.ts`]: `import "@dualmesh/${to}";` })).toEqual([]);
  });

  test("a test may import the test doubles, and else only what its package may", () => {
    const problems = check(arrows, {
      "packages/retry/test/a.test.ts": 'import "@dualmesh/testkit";\nimport "@dualmesh/routing";',
    });
    expect(problems).toEqual([
      expect.stringContaining("packages/retry/test/a.test.ts:2 imports @dualmesh/routing"),
    ]);
  });

  test("what spans packages, below test/, may import everything", () => {
    expect(
      check(arrows, { "test/parity/a.test.ts": 'import "@dualmesh/sdk";\nimport "@dualmesh/testkit";' }),
    ).toEqual([]);
  });

  test("a dependency in package.json is an arrow, imported or not", () => {
    const problems = check(arrows, {
      "packages/retry/package.json": manifest("retry", { "@dualmesh/xds": "0.1.0" }),
    });
    expect(problems).toEqual([
      expect.stringContaining("packages/retry/package.json depends on @dualmesh/xds"),
    ]);
  });

  test("a package must stand on a floor", () => {
    expect(check(arrows, { "packages/extra/package.json": manifest("extra") })).toEqual([
      expect.stringContaining("packages/extra stands on no floor"),
    ]);
  });
});

describe("cycles", () => {
  test("between files", () => {
    const problems = check(cycles, {
      "packages/core/src/a.ts": 'import { b } from "./b.ts";',
      "packages/core/src/b.ts": 'export { c } from "./deep/c.ts";',
      "packages/core/src/deep/c.ts": 'import { a } from "../a.ts";',
    });
    expect(problems).toEqual([
      "import cycle: packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/deep/c.ts → packages/core/src/a.ts",
    ]);
  });

  test("between packages, types included", () => {
    const problems = check(cycles, {
      "packages/core/src/a.ts": 'import type { B } from "@dualmesh/matching";',
      "packages/matching/src/b.ts": 'import type { A } from "@dualmesh/core";',
    });
    expect(problems).toEqual(["import cycle: @dualmesh/core → @dualmesh/matching → @dualmesh/core"]);
  });

  test("but two types may know each other, and a lazy import runs later", () => {
    const problems = check(cycles, {
      "packages/core/src/a.ts": 'import type { B } from "./b.ts";',
      "packages/core/src/b.ts": 'import { a } from "./a.ts";\nexport const c = () => import("./c.ts");',
      "packages/core/src/c.ts": 'import { b } from "./b.ts";',
    });
    expect(problems).toEqual([]);
  });
});

describe("deep imports", () => {
  test.each([
    ["packages/retry/src/a.ts", "@dualmesh/core/src/call.ts", "@dualmesh/core exports ."],
    ["packages/retry/src/a.ts", "@dualmesh/core/call", "@dualmesh/core exports ."],
    ["packages/retry/src/a.ts", "../../core/src/call.ts", "imported by name"],
    ["test/parity/a.test.ts", "../../packages/core/src/call.ts", "imported by name"],
    ["packages/core/src/a.ts", "@dualmesh/core", "its own files by path"],
  ])("%s may not import %s", (path, specifier, reason) => {
    const problems = check(deepImports, { [path]: `import "${specifier}";` });
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${path}:1 imports ${specifier}.*${reason}`)),
    ]);
  });

  test.each([
    ["packages/control-plane/src/a.ts", "@dualmesh/xds/server"],
    ["packages/core/test/a.test.ts", "../src/call.ts"],
    ["packages/core/test/a.test.ts", "@dualmesh/core"],
    ["packages/core/src/a.ts", "undici/types/header"],
  ])("%s may import %s", (path, specifier) => {
    expect(check(deepImports, { [path]: `import "${specifier}";` })).toEqual([]);
  });
});

test("star exports are refused in an index and in an entry, and only there", () => {
  const star = 'export * from "./a.ts";';
  const problems = check(starExports, {
    "packages/core/src/index.ts": star,
    "packages/xds/src/server/index.ts": star,
    "packages/core/src/inner.ts": star,
  });
  expect(problems).toEqual([
    "packages/core/src/index.ts:1 exports * from ./a.ts: list the names",
    "packages/xds/src/server/index.ts:1 exports * from ./a.ts: list the names",
  ]);
});

describe("declared dependencies", () => {
  test.each([
    [
      "packages/retry/src/a.ts",
      "undici",
      "imports undici, which packages/retry/package.json does not declare",
    ],
    [
      "packages/retry/src/a.ts",
      "vitest",
      "imports vitest, which packages/retry/package.json does not declare",
    ],
    [
      "packages/retry/test/a.test.ts",
      "undici",
      "imports undici, which packages/retry/package.json does not declare",
    ],
    ["packages/retry/src/a.ts", "fs", "imports fs: write node:fs"],
    ["test/docs/a.test.ts", "undici", "imports undici, which the root/package.json does not declare"],
  ])("%s may not import %s", (path, specifier, reason) => {
    expect(check(declaredDependencies, { [path]: `import "${specifier}";` })).toEqual([
      `${path}:1 ${reason}`,
    ]);
  });

  test.each([
    ["packages/retry/src/a.ts", "node:fs"],
    ["packages/retry/test/a.test.ts", "vitest"],
    ["packages/retry/test/a.test.ts", "@dualmesh/testkit"],
    ["packages/retry/test/a.test.ts", "@dualmesh/retry"],
    ["packages/retry/scripts/a.ts", "vitest"],
    ["test/docs/a.test.ts", "@dualmesh/core"],
  ])("%s may import %s", (path, specifier) => {
    expect(check(declaredDependencies, { [path]: `import "${specifier}";` })).toEqual([]);
  });

  test("a declared one must be used, once the package offers something", () => {
    const declares = { "packages/retry/package.json": manifest("retry", { undici: "8.0.0" }) };
    const offers = { ...declares, "packages/retry/src/index.ts": "export const a = 1;" };
    const uses = { ...offers, "packages/retry/src/b.ts": 'export const b = () => import("undici");' };
    expect(
      check(declaredDependencies, { ...declares, "packages/retry/src/index.ts": "export {};\n" }),
    ).toEqual([]);
    expect(check(declaredDependencies, uses)).toEqual([]);
    expect(check(declaredDependencies, offers)).toEqual([
      "packages/retry/package.json declares undici, which nothing in its sources imports",
    ]);
  });

  test("an example may use what it declares by starting it", () => {
    const example = (code: string) => ({
      "examples/shop/package.json": manifest("example-shop", { "@dualmesh/sdk": "0.1.0" }),
      "examples/shop/src/main.ts": code,
    });
    expect(check(declaredDependencies, example('run("--import", "@dualmesh/sdk/register");'))).toEqual([]);
    expect(check(declaredDependencies, example("run();"))).toHaveLength(1);
  });
});

test("project references are the dependencies, no more and no fewer", () => {
  const problems = check(projectReferences, {
    "packages/retry/package.json": manifest("retry", { "@dualmesh/core": "0.1.0" }),
    "packages/retry/tsconfig.json": '{ "references": [{ "path": "../matching" }] }',
    "packages/routing/package.json": manifest("routing", { "@dualmesh/core": "0.1.0" }),
    "packages/routing/tsconfig.json": '{ "references": [{ "path": "../core" }] }',
  });
  expect(problems).toEqual([
    "packages/retry/tsconfig.json lacks a reference to packages/core, which package.json depends on",
    "packages/retry/tsconfig.json references packages/matching, which package.json does not depend on",
  ]);
});

test("the test doubles stay out of sources", () => {
  const code = 'import { manualClock } from "@dualmesh/testkit";';
  const problems = check(testkitInSources, {
    "packages/retry/src/a.ts": code,
    "packages/retry/test/a.test.ts": code,
    "packages/retry/bench/a.bench.ts": code,
    "examples/shop/src/main.ts": code,
  });
  expect(problems).toEqual([
    "packages/retry/src/a.ts:1 imports @dualmesh/testkit: only tests and benchmarks may",
    "examples/shop/src/main.ts:1 imports @dualmesh/testkit: only tests and benchmarks may",
  ]);
});

test("the process belongs to the programs", () => {
  const code = 'export const f = () => process.exit(Number(process.env["CODE"]));';
  const problems = check(processOwnership, {
    "packages/sdk/src/mode.ts": code,
    "packages/sdk/src/register.ts": code,
    "packages/cli/src/main.ts": code,
    "packages/core/test/a.test.ts": code,
    "packages/core/src/a.ts": "// process.env is not ours\nexport const now = process.hrtime();",
  });
  expect(problems).toEqual([
    "packages/sdk/src/mode.ts:1 touches process.exit: only programs own the process",
    "packages/sdk/src/mode.ts:1 touches process.env: only programs own the process",
  ]);
});

describe("file names", () => {
  test.each([
    "packages/core/src/utils.ts",
    "packages/core/src/shared/a.ts",
    "packages/core/test/helpers.test.ts",
    "packages/core/src/camelCase.ts",
    "test/interop/types.ts",
  ])("%s is refused", (path) => {
    expect(check(fileNames, { [path]: "" })).toEqual([expect.stringContaining(path)]);
  });

  test.each([
    "packages/core/src/ring-hash.ts",
    "packages/core/test/ring-hash.property.test.ts",
    "packages/core/bench/pick.bench.ts",
    "packages/core/src/h2/frame.ts",
  ])("%s is fine", (path) => {
    expect(check(fileNames, { [path]: "" })).toEqual([]);
  });
});

test.each([
  [320, []],
  [321, ["packages/core/src/a.ts: 321 lines, over the limit of 320"]],
])("a file of %i lines", (lines, problems) => {
  expect(check(fileSize, { "packages/core/src/a.ts": "//\n".repeat(lines) })).toEqual(problems);
});

/** A workspace of every package that the examples name, with these files added or replaced. */
function check(rule: Rule, texts: Record<string, string>): readonly string[] {
  const names =
    "core matching envoy-api testkit retry routing telemetry xds dataplane sdk sidecar control-plane cli";
  const manifests = names.split(" ").map((name) => [`packages/${name}/package.json`, manifest(name)]);
  return rule(
    createWorkspace({
      "package.json": JSON.stringify({ name: "workspace", devDependencies: { vitest: "5.1.1" } }),
      "examples/shop/package.json": manifest("example-shop"),
      ...Object.fromEntries(manifests),
      ...texts,
    }),
  );
}

function manifest(name: string, dependencies: Record<string, string> = {}): string {
  const exports: Record<string, unknown> = { ".": { "@dualmesh/source": "./src/index.ts" } };
  if (name === "xds") exports["./server"] = { "@dualmesh/source": "./src/server/index.ts" };
  return JSON.stringify({ name: `@dualmesh/${name}`, exports, dependencies });
}

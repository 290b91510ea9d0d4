import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPackedProject, listPublished, type PackedProject } from "./packed-project.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = await listPublished(root);
const named = packages.map((each) => ({ name: each.manifest.name, ...each }));
const entries = packages.flatMap((each) => each.entries);

/** Importing this is what starts it. */
const STARTS_WHEN_IMPORTED = "@dualmesh/sdk/register";

/** The entries of a package, as its manifest names them. */
interface Exports {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
}

let project: PackedProject;
beforeAll(async () => {
  project = await createPackedProject(root, packages);
});
afterAll(() => project?.[Symbol.asyncDispose]());

describe.concurrent("a tarball", () => {
  test.for(named)("$name holds what was built, and nothing else", async ({ name, folder }) => {
    const files = project.files.get(name) ?? [];
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/[^/]+\.js|dist\/.+\.(js|d\.ts)(\.map)?)$/;
    // A module whose source is gone was left over by an earlier build.
    const stale = files.filter((file) => {
      const source = /^dist\/(.+)\.js$/.exec(file)?.[1];
      return source !== undefined && !existsSync(join(folder, "src", `${source}.ts`));
    });
    expect({ foreign: files.filter((file) => !expected.test(file)), stale }).toEqual({
      foreign: [],
      stale: [],
    });
    const { exports } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Exports;
    const entries = Object.values(exports).map((entry) => entry.default.replace(/^\.\//, ""));
    expect(entries).not.toEqual([]);
    expect(files).toEqual(expect.arrayContaining(entries));
  });

  test.for(named)("$name has nothing that publint objects to", async ({ name }) => {
    const bytes = await readFile(project.tarballs.get(name) ?? "");
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test.for(named)("$name resolves its types as ES modules do", async ({ name }) => {
    const attw = join(root, "node_modules", ".bin", "attw");
    const tarball = project.tarballs.get(name) ?? "";
    // With a problem it ends with a status other than 0, which throws its table; without any types it only says so.
    const report = await project.run(attw, "--profile", "esm-only", "--no-color", tarball);
    expect(report).not.toContain("does not contain types");
  });
});

test("all packages have one version, and ask for exactly that of each other", () => {
  const [version] = packages.map(({ manifest }) => manifest.version);
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const others = packages.flatMap(({ manifest }) => [
    ...(manifest.version === version ? [] : [`${manifest.name}@${manifest.version}`]),
    ...Object.entries(manifest.dependencies ?? {})
      .filter(([name, range]) => names.has(name) && range !== version)
      .map(([name, range]) => `${manifest.name} → ${name}@${range}`),
  ]);
  expect(others).toEqual([]);
});

describe.concurrent("in an empty project", () => {
  const importable = entries.filter((entry) => entry !== STARTS_WHEN_IMPORTED);

  test.for(importable)("import and require of %s give the same names", async (entry) => {
    const print = "console.log(JSON.stringify(Object.keys(names).sort()))";
    const esm = `const names = await import("${entry}"); ${print}`;
    const cjs = `const names = require("${entry}"); ${print}`;
    const [imported, required] = await Promise.all([
      project.run(process.execPath, "--input-type=module", "-e", esm),
      project.run(process.execPath, "--input-type=commonjs", "-e", cjs),
    ]);
    expect(JSON.parse(required)).toEqual(JSON.parse(imported));
  });

  test(`--import ${STARTS_WHEN_IMPORTED} lets a program run and end`, async () => {
    const program = ["--import", STARTS_WHEN_IMPORTED, "-e", "console.log(6 * 7)"];
    expect(await project.run(process.execPath, ...program)).toContain("42");
  });

  test("npx dualmesh --version prints the version", async ({ skip }) => {
    const main = await readFile(join(root, "packages/cli/dist/main.js"), "utf8");
    skip(/^export \{\};\s*(\/\/.*\s*)?$/.test(main), "the command line is still empty");
    const version = packages.find(({ manifest }) => manifest.name === "dualmesh")?.manifest.version;
    expect((await project.run("npx", "--no-install", "dualmesh", "--version")).trim()).toBe(version);
  });
});

describe.concurrent("importing loads no more than it must", () => {
  /** Large libraries that wait until they are needed, with their price: 37–52 ms and 60–90 ms of every start. */
  const lazy = ["@grpc/grpc-js", "undici"];
  /** Who has calls to make from its first line on; `@dualmesh/sdk/register`, which every process loads, has not. */
  const onUndici = ["@dualmesh/sdk"];
  const recorder = fileURLToPath(new URL("record-loads.ts", import.meta.url));

  const packagesLoadedBy = async (entry: string): Promise<string[]> => {
    const code = `await import("${entry}")`;
    const output = await project.run(
      process.execPath,
      "--import",
      recorder,
      "--input-type=module",
      "-e",
      code,
    );
    const urls = JSON.parse(output.trim().split("\n").at(-1) ?? "[]") as string[];
    const names = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
    return [...new Set(names.filter((name) => name !== undefined))].sort();
  };

  test("the recorder sees what is loaded", async () => {
    expect(await packagesLoadedBy("undici")).toEqual(["undici"]);
    expect(await packagesLoadedBy("@grpc/grpc-js")).toContain("@grpc/grpc-js");
  });

  test.for(entries.filter((entry) => !entry.startsWith("@dualmesh/testkit")))(
    "%s leaves large libraries for later",
    async (entry) => {
      const loaded = await packagesLoadedBy(entry);
      const expected = onUndici.includes(entry) ? ["undici"] : [];
      expect(loaded.filter((name) => lazy.includes(name))).toEqual(expected);
    },
  );

  test.for([
    ["@dualmesh/core", []],
    ["@dualmesh/load-balancer", []],
    ["@dualmesh/retry", []],
    ["@dualmesh/circuit-breaker", []],
    ["@dualmesh/telemetry", []],
    ["@dualmesh/routing", ["@dualmesh/matching", "re2js"]],
  ] as const)("%s brings no more than core and %j", async ([entry, beside]) => {
    const allowed: readonly string[] = [entry, "@dualmesh/core", ...beside];
    const loaded = await packagesLoadedBy(entry);
    expect(loaded.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

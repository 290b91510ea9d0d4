import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { listPublished } from "./published-package.ts";
import { runProgram } from "./run-program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = await listPublished(root);
const { folder: project, tarballs } = inject("packed");
const named = packages.map((each) => ({
  name: each.manifest.name,
  ...each,
  tarball: tarballs.find(({ name }) => name === each.manifest.name),
}));

/** The entries of a package, as its manifest names them. */
interface Exports {
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
}

describe.concurrent("a tarball", () => {
  test.for(named)("$name holds what was built, and nothing else", async ({ folder, tarball }) => {
    const files = tarball?.files ?? [];
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/[^/]+\.js|dist\/.+\.(js|d\.ts)(\.map)?|dist\/web\/.+\.(html|css|svg))$/;
    // A module whose source is gone was left over by an earlier build.
    const stale = files.filter((file) => {
      // What is built of a page has names of its own.
      const source = /^dist\/(?!web\/)(.+)\.js$/.exec(file)?.[1];
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

  test.for(named)("$name has nothing that publint objects to", async ({ tarball }) => {
    const bytes = await readFile(tarball?.path ?? "");
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test.for(named)("$name resolves its types as ES modules do", async ({ tarball }) => {
    const attw = join(root, "node_modules", ".bin", "attw");
    const args = ["--profile", "esm-only", "--no-color", tarball?.path ?? ""];
    // With a problem it ends with a status other than 0, which throws its table; without any types it only says so.
    const report = await runProgram({ folder: project }, attw, ...args);
    expect(report).not.toContain("does not contain types");
  });
});

test("the commands of the root README put all packages into an application", async () => {
  const app = await mkdtemp(join(tmpdir(), "dualmesh-app-"));
  onTestFinished(() => rm(app, { recursive: true }));
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [, commands = ""] = /Nothing is published yet[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  // The first line is what this test comes after. Elsewhere the application lies beside the clone.
  const [first, ...rest] = commands.trim().split("\n");
  expect(first).toBe("npm ci && npm run build");
  const script = rest.join("\n").replaceAll("../my-app", app);
  const env = { npm_config_prefer_offline: "true", npm_config_audit: "false" };
  await writeFile(join(app, "package.json"), '{ "name": "my-app", "private": true }');
  await runProgram({ folder: root, env }, "sh", "-ec", script);

  const { dependencies } = JSON.parse(await readFile(join(app, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  expect(Object.keys(dependencies).sort()).toEqual(named.map(({ name }) => name).sort());
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

test("the dashboard serves the page that came with it", async () => {
  const program = `
    const { createDashboard } = await import("@dualmesh/dashboard");
    await using dashboard = await createDashboard({ controlPlane: "127.0.0.1:1" });
    const page = await (await fetch(dashboard.url)).text();
    const script = /src="\\.\\/(assets\\/[^"]+\\.js)"/.exec(page)[1];
    const { status, headers } = await fetch(dashboard.url + script);
    console.log(status, headers.get("content-type"));`;
  const printed = await runProgram(
    { folder: project },
    process.execPath,
    "--input-type=module",
    "-e",
    program,
  );
  expect(printed.trim()).toBe("200 text/javascript; charset=utf-8");
});

test("dualmesh-dashboard --help says how it is used", async () => {
  const bin = join(project, "node_modules", ".bin", "dualmesh-dashboard");
  expect(await runProgram({ folder: project }, bin, "--help")).toContain("--control-plane");
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importEffects } from "./import-effects.ts";
import { readWorkspace } from "./workspace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const NOTHING = { reads: [], handles: [], listeners: [] };

/** Importing these is what starts them; everything else only defines names. */
const STARTS_WHEN_IMPORTED = new Set(["@dualmesh/sdk/register"]);

const entries = readWorkspace(root).packages.flatMap(({ name, entries }) =>
  [...entries.keys()].map((subpath) => name + subpath.slice(1)),
);

describe.concurrent("importing reads no environment, opens nothing and installs no handler", () => {
  test.each(entries.filter((entry) => !STARTS_WHEN_IMPORTED.has(entry)))("%s", async (entry) => {
    expect(await importEffects(entry, join(root, "packages"))).toEqual(NOTHING);
  });
});

describe.concurrent("the probe sees", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-effects-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const effectsOf = async (name: string, code: string, ours = folder) => {
    const file = join(folder, `${name}.mjs`);
    await writeFile(file, code);
    return importEffects(pathToFileURL(file).href, ours);
  };

  test.each([
    ["member", "export const a = process.env.HOME;", "HOME"],
    ["named", 'import { env } from "node:process"; export const a = env.HOME;', "HOME"],
    ["presence", 'export const a = "HOME" in process.env;', "HOME"],
    ["everything", "export const a = { ...process.env };", "(all)"],
  ])("a read of the environment: %s", async (name, code, variable) => {
    const { reads } = await effectsOf(name, code);
    expect(reads[0]).toMatch(new RegExp(`^${variable.replace(/[()]/g, "\\$&")} .*${name}\\.mjs:1:`));
  });

  test("but not one that waits for a call, nor one by a library", async () => {
    const late = await effectsOf("late", "export const a = () => process.env.HOME;");
    const foreign = await effectsOf("foreign", "export const a = process.env.HOME;", "/elsewhere/");
    expect([late, foreign]).toEqual([NOTHING, NOTHING]);
  });

  test("no handle in the standard streams, which an import of node:process opens", async () => {
    const effects = await effectsOf(
      "streams",
      'import process from "node:process"; export const a = process.stdin;',
    );
    expect(effects).toEqual(NOTHING);
  });

  test.each([
    ["a timer", "setInterval(() => {}, 1000);", "Timeout"],
    ["a socket", 'import { createServer } from "node:net"; createServer().listen(0);', "TCPServerWrap"],
  ])("an open handle: %s", async (name, code, handle) => {
    expect((await effectsOf(name.replace(" ", "-"), code)).handles).toContain(handle);
  });

  test("a handler of a signal", async () => {
    expect((await effectsOf("signal", 'process.on("SIGTERM", () => {});')).listeners).toEqual(["SIGTERM"]);
  });
});

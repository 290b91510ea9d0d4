import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EchoServer, startEcho } from "./echo-service.ts";
import { echoBootstrap } from "./grpc-mesh.ts";

const parts = new AsyncDisposableStack();
const register = new URL("../../src/register.ts", import.meta.url).href;
let server: EchoServer;
/** Reached past the mesh. */
let outside: EchoServer;
let bootstrap: string;

beforeAll(async () => {
  server = parts.use(await startEcho());
  outside = parts.use(await startEcho());
  const folder = await mkdtemp(join(tmpdir(), "sdk-"));
  parts.defer(() => rm(folder, { recursive: true }));
  bootstrap = join(folder, "bootstrap.json");
  await writeFile(bootstrap, echoBootstrap([server.port]));
});
afterAll(() => parts.disposeAsync());

interface Run {
  readonly answers: readonly { readonly target: string }[];
  readonly stderr: string;
}

/** Runs an unchanged application under `--import register`. */
async function run(
  app: string,
  targets: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const file = fileURLToPath(new URL(app, import.meta.url));
  const args = ["--conditions=@dualmesh/source", "--import", register, file, ...targets];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    timeout: 15_000,
  });
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Run["answers"][number]);
  return { answers: answers.sort((a, b) => (a.target < b.target ? -1 : 1)), stderr };
}

describe.each(["app.cjs", "app.mjs"])("an unchanged %s", (app) => {
  test("reaches what the mesh claims through it, and everything else as ever", async () => {
    const targets = ["dns:///echo:50051", "echo:50051", `127.0.0.1:${outside.port}`];
    const { answers, stderr } = await run(app, targets, { MESH_BOOTSTRAP: bootstrap, MESH_MODE: "direct" });
    expect(stderr).toBe("");
    const well = { isChannel: true, answer: "hello", code: 0 };
    expect(answers).toEqual([...targets].sort().map((target) => ({ target, ...well })));
  });

  test("where only the mesh may be called, is refused the rest with a sentence", async () => {
    const target = `127.0.0.1:${outside.port}`;
    const env = { MESH_BOOTSTRAP: bootstrap, MESH_MODE: "direct", MESH_OUTBOUND: "registry_only" };
    const { answers } = await run(app, [target], env);
    expect(answers).toEqual([
      {
        target,
        isChannel: true,
        answer: null,
        code: 14,
        details: `target "${target}": no listener of the mesh claims it`,
      },
    ]);
  });

  test("whose mesh cannot be opened is told why by each call", async () => {
    const missing = `${bootstrap}.missing`;
    const { answers } = await run(app, ["echo:50051"], { MESH_BOOTSTRAP: missing });
    expect(answers).toMatchObject([
      { code: 14, answer: null, details: expect.stringContaining(missing) as string },
    ]);
  });

  test("outside of a mesh is as it was", async () => {
    const target = `127.0.0.1:${outside.port}`;
    const { answers, stderr } = await run(app, [target], {});
    expect(answers).toEqual([{ target, isChannel: true, answer: "hello", code: 0 }]);
    expect(stderr).toBe("");
  });
});

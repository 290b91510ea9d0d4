import { constants } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withRegister } from "../src/run/with-register.ts";
import { BOOTSTRAP, writeConfig } from "./configuration.ts";
import { dualmesh, startDualmesh } from "./dualmesh.ts";

/** Prints what a child of `run` was given; MESH_MODE is unset first, so that nothing is opened. */
const PRINT = "console.log(JSON.stringify(process.env))";

/** What `run` says where there is no bootstrap. */
const OUTSIDE =
  "dualmesh: no bootstrap (--bootstrap, MESH_BOOTSTRAP): the application runs outside of any mesh\n";

test("the application gets the preload by an absolute address, after the options that are there, and its settings", async () => {
  const bootstrap = await writeConfig(BOOTSTRAP);
  const args = [
    "run",
    "--mode",
    "direct",
    "--bootstrap",
    bootstrap,
    "--sidecar",
    "/run/a.sock",
    "--",
    "node",
    "-e",
    PRINT,
  ];
  const { code, stdout } = await dualmesh(args, { env: { NODE_OPTIONS: "--no-warnings" } });
  expect(code).toBe(0);
  const env = JSON.parse(stdout) as NodeJS.ProcessEnv;
  expect(env["NODE_OPTIONS"]).toMatch(
    /^--no-warnings --conditions=@dualmesh\/source --import=file:\/\/\/.*\/register\.ts$/,
  );
  expect(env).toMatchObject({ MESH_MODE: "direct", MESH_BOOTSTRAP: bootstrap, MESH_SIDECAR: "/run/a.sock" });
});

test("a bootstrap is named by its absolute path: the application may start elsewhere", async () => {
  const bootstrap = await writeConfig(BOOTSTRAP);
  const { stdout } = await dualmesh(["run", "--bootstrap", "bootstrap.yaml", "node", "-e", PRINT], {
    cwd: join(bootstrap, ".."),
  });
  expect((JSON.parse(stdout) as NodeJS.ProcessEnv)["MESH_BOOTSTRAP"]).toBe(bootstrap);
});

test.each([
  ["nothing", undefined, "--import=file:///r.js"],
  [
    "other options",
    "--no-warnings  --enable-source-maps",
    "--no-warnings  --enable-source-maps --import=file:///r.js",
  ],
  ["itself", "--import=file:///r.js", "--import=file:///r.js"],
])("NODE_OPTIONS with %s there", (_, before, after) => {
  expect(withRegister(before, "file:///r.js", [])).toBe(after);
});

test("its exit status is passed on, and a signal as a shell has it", async () => {
  expect(await dualmesh(["run", "node", "-e", "process.exit(7)"])).toMatchObject({
    code: 7,
    stderr: OUTSIDE,
  });
  const killed = await dualmesh(["run", "node", "-e", "process.kill(process.pid, 'SIGKILL')"]);
  expect(killed.code).toBe(128 + constants.signals.SIGKILL);
});

test("options after the command are the application's", async () => {
  const script = "console.log(process.argv.slice(1).join())";
  expect(await dualmesh(["run", "node", "-e", script, "--", "--mode", "x"])).toMatchObject({
    code: 0,
    stdout: "--mode,x\n",
  });
});

test("a command that is not there is 127", async () => {
  expect(await dualmesh(["run", "--", "no-such-program"])).toMatchObject({
    code: 127,
    stderr: `${OUTSIDE}dualmesh: run: there is no command "no-such-program"\n`,
  });
});

test("signals reach the application, which decides when to end", async () => {
  const script =
    "process.on('SIGTERM', () => process.exit(3)); console.log('up'); setInterval(() => {}, 1000)";
  const running = startDualmesh(["run", "node", "-e", script]);
  await running.says(/up/);
  process.kill(running.pid, "SIGTERM");
  expect((await running.ended).code).toBe(3);
});

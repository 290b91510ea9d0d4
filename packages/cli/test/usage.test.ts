import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { dualmesh } from "./dualmesh.ts";
import { printed } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Has a process print, at its end, which modules of this repository it has loaded. */
const LIST_MODULES = `data:text/javascript,${encodeURIComponent(`
  const { registerHooks } = process.getBuiltinModule("node:module");
  const loaded = [];
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
  process.on("exit", () => console.error(loaded.filter((url) => url.includes("/packages/")).join(" ")));
`)}`;

test("--version loads nothing but the command line itself", async () => {
  const { code, stdout, stderr } = await dualmesh(["--version"], {
    env: { NODE_OPTIONS: `--import=${LIST_MODULES}` },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const packages = stderr
    .trim()
    .split(" ")
    .map((url) => /\/packages\/([^/]+)\//.exec(url)?.[1]);
  expect([...new Set(packages)]).toEqual(["cli"]);
});

test("a clone that was not built says so, and how to build it", async () => {
  const folder = await temporaryFolder();
  await cp(new URL("../bin", import.meta.url), join(folder, "bin"), { recursive: true });
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  const child = spawn(process.execPath, [join(folder, "bin", "dualmesh.js"), "--version"], { stdio: "pipe" });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect({ said, code }).toEqual({ said: "dualmesh: dist is missing: run npm run build\n", code: 2 });
});

test.each([[["--help"]], [["help"]]])("%j lists the commands, with examples", async (args) => {
  const { code, stdout } = await printed(...args);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\n {2}sidecar .*\n {2}control-plane .*\n {2}run .*\n {2}explain .*\n {2}validate .*\n {2}wire .*\n {2}generate /s,
  );
  expect(stdout).toContain("$ dualmesh sidecar -c bootstrap.yaml");
});

describe.each(["sidecar", "control-plane", "run", "explain", "validate", "wire", "generate"])(
  "dualmesh %s",
  (command) => {
    test("--help has an example", async () => {
      const { code, stdout } = await printed(command, "--help");
      expect(code).toBe(0);
      expect(stdout).toContain(`Example:\n  $ dualmesh ${command} `);
    });
  },
);

test.each<[string[], string]>([
  [["sidecart"], "unknown command 'sidecart' (Did you mean sidecar?)"],
  [["sidecar", "--confg-path", "x"], "unknown option '--confg-path' (Did you mean --config-path?)"],
  [
    ["sidecar", "-l", "loud"],
    "option '-l, --log-level <level>' argument 'loud' is invalid. Allowed choices are",
  ],
  [["sidecar", "-c", "a", "--drain-time-s", "soon"], "Expected a number of seconds, 0 or more."],
  [["sidecar"], "sidecar: expected -c <file>, or --config-yaml <text>"],
  [["sidecar", "-c", "nowhere.yaml"], "nowhere.yaml: there is no such file"],
  [
    ["sidecar", "--config-yaml", "{}", "--extension", "nowhere.js"],
    "extension nowhere.js: it cannot be loaded: ",
  ],
  [["control-plane", "--config", "."], "required option '--listen <host:port>' not specified"],
  [
    ["control-plane", "--config", ".", "--listen", "127.0.0.1:99999"],
    "Expected host:port with a port from 0 to 65535.",
  ],
  [["explain", "-c", "nowhere", "GET", "http://a/"], "nowhere: there is no such file"],
  [["explain", "-c", ".", "get", "http://a/"], 'explain: expected a method such as GET, got "get"'],
  [["explain", "-c", ".", "GET", "orders"], 'explain: expected a URL such as http://orders/, got "orders"'],
  [
    ["explain", "-c", ".", "GET", "http://a/", "-H", "x"],
    'explain: expected a header "name: value", got "x"',
  ],
  [["validate", "nowhere"], "nowhere: there is no such file"],
  [["generate", "hessian"], "missing required argument 'path'"],
  [["generate", "hessian", "nowhere.jar"], "nowhere.jar: there is no such file"],
  [
    ["generate", "hessian", "package.json"],
    "package.json: expected a jar, a .class or .java file, or a folder",
  ],
  [["run", "--bootstrap", "nowhere.yaml", "node"], "run: the bootstrap file nowhere.yaml does not exist"],
])("%j is told in one sentence, with status 2", async (args, sentence) => {
  const { code, stdout, stderr } = await printed(...args);
  expect(stderr).toMatch(/^dualmesh: [^\n]*\n$/);
  expect(stderr).toContain(sentence);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

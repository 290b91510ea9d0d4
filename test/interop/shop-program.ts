import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where the environment of every process can be read: by it, what a demo left behind is found. */
export const canSeeProcesses: boolean = existsSync("/proc/self/environ");

/** `npm start` of this repository, from its sources, in a folder of its own for all that it writes. */
export class ShopProgram implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "demo-"));
  readonly #npm: ChildProcess;
  readonly #ended: Promise<unknown>;
  output = "";

  constructor(...args: readonly string[]) {
    // The very package.json, in a place where there is nothing to install and nothing to build.
    const home = join(this.#folder, "home");
    mkdirSync(join(home, "scripts"), { recursive: true });
    copyFileSync(join(ROOT, "package.json"), join(home, "package.json"));
    writeFileSync(join(home, "scripts", "bootstrap.js"), "");
    for (const name of ["node_modules", "examples", "packages"])
      symlinkSync(join(ROOT, name), join(home, name));
    mkdirSync(this.#temporary);
    this.#npm = spawn("npm", ["start", "--", ...args], {
      cwd: home,
      // A group of its own: a Ctrl-C in a terminal reaches npm and all that it started, and not the test.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: this.#temporary, NODE_OPTIONS: "--conditions=@dualmesh/source" },
    });
    this.#ended = once(this.#npm, "exit");
    for (const stream of [this.#npm.stdout, this.#npm.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += chunk;
      });
    }
  }

  /** Where the demo writes, sockets included. */
  get #temporary(): string {
    return join(this.#folder, "tmp");
  }

  /** Npm's exit code, or the signal that ended it. */
  async exit(): Promise<number | string | null> {
    await this.#ended;
    return this.#npm.exitCode ?? this.#npm.signalCode;
  }

  /** Settles when the demo has written something. */
  async prints(text: string, withinMs = 45_000): Promise<void> {
    const what = (): string => `"${text}" in the output, which is:\n${this.output}`;
    await until(what, withinMs, () => this.output.includes(text));
  }

  /** Ctrl-C: to npm, and to everything in its process group. */
  interrupt(): void {
    process.kill(-(this.#npm.pid as number), "SIGINT");
  }

  /** To npm alone. */
  signalNpm(signal: NodeJS.Signals): void {
    process.kill(this.#npm.pid as number, signal);
  }

  /** To the first process whose command contains this. */
  signal(command: string, signal: NodeJS.Signals): void {
    const found = this.processes().find((running) => running.command.includes(command));
    if (found === undefined) throw new Error(`no process runs "${command}"`);
    process.kill(found.pid, signal);
  }

  /** Npm and everything that descends from it, by the folder in its environment. */
  processes(): readonly RunningProcess[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({
        pid: Number(name),
        command: read(`/proc/${name}/cmdline`).replaceAll("\0", " "),
        environment: read(`/proc/${name}/environ`),
      }))
      .filter(({ environment }) => environment.includes(this.#temporary));
  }

  /** What is left of it: commands that run and files that stand. Empty as it should be, or what is there after a while. */
  async leftovers(): Promise<readonly string[]> {
    const look = (): readonly string[] => [
      ...this.processes().map(({ command }) => command),
      ...readdirSync(this.#temporary, { recursive: true })
        .map(String)
        .filter((name) => name.startsWith("shop-")),
    ];
    await until(
      () => "an end",
      8_000,
      () => look().length === 0,
    ).catch(() => {});
    return look();
  }

  [Symbol.dispose](): void {
    for (const { pid } of this.processes()) process.kill(pid, "SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** Empty for a process that ended between two looks, and for one that only waits to be buried. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function until(what: () => string, withinMs: number, isThere: () => boolean): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!isThere()) {
    if (performance.now() > endMs) throw new Error(`after ${withinMs} ms there was not ${what()}`);
    await sleep(100);
  }
}

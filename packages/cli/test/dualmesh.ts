import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The Node that the repository pins, whatever runs the tests. */
const NODE = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Settles when stdout or stderr holds a match. */
  says(text: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the program from its sources. It ends with the test. */
export function startDualmesh(args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(NODE, ["--conditions=@dualmesh/source", MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: options.cwd,
    env: {
      ...process.env,
      // Stripping the types of all sources anew takes a second or two per start.
      NODE_COMPILE_CACHE: join(tmpdir(), "dualmesh-test-compile-cache"),
      ...options.env,
    },
  });
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal, ...output }));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return {
    child,
    pid: child.pid ?? -1,
    ended,
    says(text) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = text.exec(output.stdout) ?? text.exec(output.stderr);
          if (found === null) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(() =>
          reject(new Error(`it ended without saying ${text}: ${JSON.stringify(output)}`)),
        );
      });
    },
  };
}

/** Runs the program to its end. */
export function dualmesh(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startDualmesh(args, options).ended;
}

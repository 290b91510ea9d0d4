import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a program wrote to stderr, at most: enough to say why it ended. */
const MAX_OUTPUT_CHARACTERS = 4_000;

/** A program that a test talks to, a line at a time, and that ends with its stdin. */
export interface Dialogue extends AsyncDisposable {
  say(line: string): void;
  /** The next line that it says; waits for one. Rejects with its last words if it has ended. */
  hear(): Promise<string>;
  /** Ends its stdin: it finishes what it has. */
  end(): Promise<void>;
}

export function startDialogue(
  name: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Dialogue {
  const child = spawn(command, args, { stdio: "pipe", env: { ...process.env, ...env } });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-MAX_OUTPUT_CHARACTERS);
  });
  child.on("error", (error) => {
    errors += error.message;
  });
  // Who writes to a program that has ended hears of it by its silence.
  child.stdin.on("error", () => {});
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    say: (line) => void child.stdin.write(`${line}\n`),
    async hear() {
      const { value, done } = await lines.next();
      if (done !== true) return value;
      await gone;
      throw new Error(`${name} has ended\n${errors}`);
    },
    async end() {
      child.stdin.end();
      await gone;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

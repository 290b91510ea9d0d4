import { spawn } from "node:child_process";

/** What a program wrote, at most: enough to say why it ended. */
const MAX_OUTPUT_CHARACTERS = 4_000;

/** A process that a test started, and ends. */
export interface Program extends AsyncDisposable {
  /** Sends a signal to it alone. `SIGSTOP` makes it hang: it holds its connections and does nothing. */
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** At once, as by a machine that fails. */
  kill(): Promise<void>;
  /** SIGTERM: it finishes what it has. */
  end(): Promise<void>;
  /** Rejects with its last words when it ends by itself, and never settles else. */
  readonly failed: Promise<never>;
}

export function startProgram(name: string, command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  let isWanted = false;
  const failed = Promise.withResolvers<never>();
  // Who does not wait for it is not to be struck by its failure.
  failed.promise.catch(() => {});
  const gone = new Promise<void>((resolve) => {
    const ended = (how: string): void => {
      if (!isWanted) failed.reject(new Error(`${name} ended (${how})\n${output}`));
      resolve();
    };
    child.once("error", (error) => ended(error.message));
    // Not "exit": what it wrote last is read by then.
    child.once("close", (code, signal) => ended(signal ?? `exit ${code}`));
  });
  const finish = (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    isWanted = true;
    child.kill(signal);
    return gone;
  };
  return {
    failed: failed.promise,
    signal: (signal) => void child.kill(signal),
    kill: () => finish("SIGKILL"),
    end: () => finish("SIGTERM"),
    [Symbol.asyncDispose]: () => finish("SIGKILL"),
  };
}

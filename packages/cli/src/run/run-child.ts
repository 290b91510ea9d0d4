import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { ExitCode } from "../exit-code.ts";
import { UserError } from "../user-error.ts";

/** Signals that whoever runs us may send, and means for the application. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGUSR2"];
/** Keys of a terminal send these to the whole group, the application included: a second one would be one too many. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/**
 * Runs a program in this one's place: same streams, signals passed on. Gives its exit status; 128 + n if signal n ended
 * it, as a shell has it.
 *
 * @throws {UserError} with status 127 if there is no such program, 126 if it may not be run.
 */
export async function runChild(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const child = spawn(program, args, { stdio: "inherit", env });
  using _signals = forwardSignals(child);
  // Awaited here: signals are forwarded until then.
  return await new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(startError(program, error)));
    child.once("exit", (code, signal) => {
      resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
    });
  });
}

function forwardSignals(child: ChildProcess): Disposable {
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const fromTerminal = (signal: NodeJS.Signals): void => {
    const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
    if (!hasTerminal) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  for (const signal of FROM_TERMINAL) process.on(signal, fromTerminal);
  return {
    [Symbol.dispose]() {
      for (const signal of FORWARDED) process.off(signal, forward);
      for (const signal of FROM_TERMINAL) process.off(signal, fromTerminal);
    },
  };
}

function startError(program: string, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case "ENOENT":
      return new UserError(`run: there is no command "${program}"`, 127);
    case "EACCES":
    case "EPERM":
      return new UserError(`run: "${program}" may not be run by this user`, 126);
    default:
      return error;
  }
}

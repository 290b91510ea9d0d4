import type { Command } from "commander";
import { EXIT, type ExitCode } from "./exit-code.ts";

const statuses = new WeakMap<Command, ExitCode>();

/** Has the program end with this status once the command is done. */
export function endWith(command: Command, exitCode: ExitCode): void {
  statuses.set(command, exitCode);
}

/** The status that a command asked for; fine, if it asked for none. */
export function statusOf(command: Command): ExitCode {
  return statuses.get(command) ?? EXIT.fine;
}

import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";

/** Longest that a program may run, in ms: npm, with all tarballs to install, takes the longest. */
const TIMEOUT_MS = 60_000;

export interface RunOptions {
  /** The working folder. */
  readonly folder: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program, with the Node that runs the tests first on its PATH, and gives its standard output.
 *
 * @throws {Error} with what the program wrote, when it fails or takes over a minute.
 */
export async function runProgram(
  { folder, env }: RunOptions,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`;
  const result = await promisify(execFile)(command, args, {
    cwd: folder,
    env: { ...process.env, PATH: path, ...env },
    timeout: TIMEOUT_MS,
  });
  return result.stdout;
}

import { fileURLToPath } from "node:url";
import { type RunOptions, runProgram } from "./run-program.ts";

/** What a program loaded until its end, Node's own modules aside. */
export interface Loads {
  /** How many modules. */
  readonly modules: number;
  /** The packages that they belong to, sorted. */
  readonly packages: readonly string[];
}

const recorder = fileURLToPath(new URL("record-loads.ts", import.meta.url));

/** Runs a program, in a process of its own and on the Node that runs the tests, and tells what it loaded. */
export async function loadsOf(
  options: RunOptions,
  code: string,
  ...flags: readonly string[]
): Promise<Loads> {
  const args = ["--import", recorder, ...flags, "--input-type=module", "-e", code];
  const output = await runProgram(options, process.execPath, ...args);
  const urls = JSON.parse(output.trim().split("\n").at(-1) ?? "[]") as string[];
  const names = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { modules: names.length, packages: [...new Set(names)].sort() };
}

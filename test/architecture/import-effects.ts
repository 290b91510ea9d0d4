import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What importing a module did besides defining names. All empty is what a library promises. */
export interface ImportEffects {
  /** Variables of the environment, each with the place that read it. */
  readonly reads: readonly string[];
  /** Kinds of open handles and pending work (`Timeout`, `TCPServerWrap` …) that were not there before. */
  readonly handles: readonly string[];
  /** Events of `process` that got a listener. */
  readonly listeners: readonly string[];
}

const probe = fileURLToPath(new URL("import-probe.ts", import.meta.url));

/**
 * Imports a module in a new process, from the sources, and reports what happened.
 *
 * @param ours Reads of the environment count when their file's path contains this.
 */
export async function importEffects(specifier: string, ours: string): Promise<ImportEffects> {
  const args = ["--conditions=@dualmesh/source", probe, specifier, ours];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
  return JSON.parse(stdout) as ImportEffects;
}

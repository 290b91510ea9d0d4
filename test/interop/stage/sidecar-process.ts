import { fileURLToPath } from "node:url";
import { type Admin, createAdmin } from "./admin.ts";
import { untilDone } from "./eventually.ts";
import { type Program, startProgram } from "./program.ts";

/** A sidecar of either kind: a program with Envoy's admin interface. */
export interface SidecarProcess extends Program {
  readonly admin: Admin;
}

export interface SidecarProcessOptions {
  /** Its bootstrap file, with an admin address on loopback. */
  readonly bootstrap: string;
  /** The port of that admin address. */
  readonly adminPort: number;
}

/** Starts Envoy, and waits until it is live. One worker: pools and positions are shared by all requests, as ours are. */
export function startEnvoy(binary: string, options: SidecarProcessOptions): Promise<SidecarProcess> {
  const args = ["-c", options.bootstrap, "--disable-hot-restart", "--concurrency", "1", "-l", "error"];
  return whenLive(startProgram("envoy", binary, args), options.adminPort);
}

const CLI = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));

/** Starts `dualmesh sidecar` from its sources, as all tests run, and waits until it is live. */
export function startDualmeshSidecar(
  options: SidecarProcessOptions,
  ...more: readonly string[]
): Promise<SidecarProcess> {
  const args = [
    "--conditions=@dualmesh/source",
    CLI,
    "sidecar",
    "-c",
    options.bootstrap,
    "-l",
    "warning",
    ...more,
  ];
  return whenLive(startProgram("dualmesh sidecar", process.execPath, args), options.adminPort);
}

async function whenLive(program: Program, adminPort: number): Promise<SidecarProcess> {
  const admin = createAdmin(adminPort);
  try {
    await Promise.race([untilDone(async () => void (await admin.text("/ready"))), program.failed]);
  } catch (error) {
    await program.kill();
    throw error;
  }
  return { ...program, admin };
}

import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { MeshError } from "@dualmesh/core";

/** What fits into the address of a Unix socket on Linux; 103 elsewhere. */
export const MAX_PATH_BYTES = 107;

/**
 * Removes the file that a killed process left of its Unix socket: it would be "in use" for ever, and nobody is there.
 * Whether somebody listens is asked by connecting.
 *
 * @throws {MeshError} `UNAVAILABLE` when somebody listens, or the path is that of another kind of file.
 */
export async function clearStaleSocket(path: string, subject: string): Promise<void> {
  if (path.startsWith("@")) return;
  // Asked first: connecting to an ordinary file is refused as well, and that must not be removed.
  const kind = await kindOf(path);
  if (kind === "absent") return;
  if (kind === "other") {
    throw new MeshError("UNAVAILABLE", `${subject}: ${path} is there, and is no socket`);
  }
  if (await answers(path)) {
    throw new MeshError("UNAVAILABLE", `${subject}: ${path} is in use by another process`);
  }
  await unlink(path).catch(ignoreAbsent);
}

async function kindOf(path: string): Promise<"absent" | "socket" | "other"> {
  try {
    return (await lstat(path)).isSocket() ? "socket" : "other";
  } catch {
    // Whatever keeps us from looking keeps us from binding, which then says why.
    return "absent";
  }
}

/** A socket that is there for somebody else, or too busy to answer (EAGAIN: a stopped process), counts as answering. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}

/** Another process removed it first: what was wanted. */
function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { MeshError } from "@dualmesh/core";

/**
 * Makes the folder of a control socket, for this user alone (0700). One that is there must belong to this user or root,
 * and must not let others exchange what is in it: whoever can put a socket in our place is asked for our configuration.
 *
 * @throws {MeshError} `PERMISSION_DENIED` naming the folder and what is wrong with it.
 */
export async function prepareSocketFolder(socketPath: string): Promise<void> {
  const folder = dirname(socketPath);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refuse(folder, `it cannot be made: ${(error as Error).message}`, error);
  }
  const { uid, mode } = await stat(folder);
  const own = process.getuid?.() ?? uid;
  if (uid !== own && uid !== 0) throw refuse(folder, `it belongs to another user (uid ${uid})`);
  const open = (mode & 0o022) !== 0;
  const sticky = (mode & 0o1000) !== 0;
  if (open && !sticky) throw refuse(folder, `others may write to it (mode ${(mode & 0o777).toString(8)})`);
}

function refuse(folder: string, reason: string, cause?: unknown): MeshError {
  return new MeshError("PERMISSION_DENIED", `control socket: the folder ${folder} is not safe: ${reason}`, {
    cause,
  });
}

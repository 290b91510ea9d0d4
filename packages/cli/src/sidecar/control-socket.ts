import { tmpdir } from "node:os";
import { runtimeFolder, sidecarSocket } from "@dualmesh/sdk";

/** Where the SDK of a node looks for its sidecar, by the environment of this process; it must be the same for both. */
export function defaultControlSocket(nodeId: string): string {
  const uid = process.getuid?.() ?? -1;
  const folder = runtimeFolder({ xdgRuntimeDir: process.env["XDG_RUNTIME_DIR"], tmpdir: tmpdir(), uid });
  return sidecarSocket(folder, nodeId);
}

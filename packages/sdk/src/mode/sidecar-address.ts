import { createHash } from "node:crypto";
import { join } from "node:path";
import { MeshError } from "@dualmesh/core";
import { addressKey, type EndpointAddress } from "@dualmesh/dataplane";

/** The loopback port on which a sidecar may be found when it has no Unix socket. */
export const DEFAULT_SIDECAR_PORT = 15_020;

/** A longer path does not fit into the address of a Unix socket (108 bytes on Linux, 104 elsewhere). */
const MAX_SOCKET_PATH_BYTES = 100;

export interface RuntimeFolderOptions {
  /** `$XDG_RUNTIME_DIR`, if it is set. */
  readonly xdgRuntimeDir: string | undefined;
  /** The folder for temporary files. */
  readonly tmpdir: string;
  /** The numeric user id; -1 where there are none. */
  readonly uid: number;
}

/** The folder for the sockets between the processes of one user on one host; whoever makes it gives it mode 0700. */
export function runtimeFolder(options: RuntimeFolderOptions): string {
  const { xdgRuntimeDir, tmpdir, uid } = options;
  if (xdgRuntimeDir !== undefined && xdgRuntimeDir !== "") return join(xdgRuntimeDir, "dualmesh");
  return join(tmpdir, uid < 0 ? "dualmesh" : `dualmesh-${uid}`);
}

/** The control socket of a workload's sidecar. Long ids, such as Istio's, are hashed. */
export function sidecarSocket(folder: string, nodeId: string): string {
  const path = join(folder, `${nodeId.replaceAll("/", "_")}.sock`);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  return join(folder, `${createHash("sha256").update(nodeId).digest("hex").slice(0, 32)}.sock`);
}

/**
 * `unix:/path`, `/path`, `127.0.0.1:15020` or `http://127.0.0.1:15020`.
 *
 * @param subject what the address is of: it stands in the error.
 * @throws {MeshError} `INVALID_ARGUMENT` for anything else.
 */
export function parseSidecarAddress(subject: string, text: string): EndpointAddress {
  const bare = text.replace(/^(unix:(\/\/)?|https?:\/\/)/, "").replace(/\/$/, "");
  if (bare.startsWith("/")) return { kind: "pipe", path: bare };
  const found = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+):(\d{1,5})$/.exec(bare);
  const port = Number(found?.[2]);
  if (found === null || !(port >= 1 && port <= 65_535)) {
    throw new MeshError("INVALID_ARGUMENT", `${subject}: expected a socket path or host:port, got "${text}"`);
  }
  return { kind: "tcp", host: (found[1] as string).replace(/^\[|\]$/g, ""), port };
}

export function describeAddress(address: EndpointAddress): string {
  return address.kind === "pipe" ? `unix:${address.path}` : addressKey(address);
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

/** How a peer is started: its command and what comes first among its arguments. */
export interface Peer {
  /** As tests name it. */
  readonly name: "grpc-go" | "C-core";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const here = fileURLToPath(new URL(".", import.meta.url));
const cache = fileURLToPath(new URL("../../../.cache/peers/", import.meta.url));

const goSources = readdirSync(`${here}go`).filter((file) => file.endsWith(".go"));
const goFolder = folderOf("go", ["go.mod", "go.sum", ...goSources.sort()]);
const pythonFolder = folderOf("python", ["requirements.txt"]);

/** The Go peer: grpc-go, and go-control-plane. */
export const GO_PEER: Peer = { name: "grpc-go", command: `${goFolder}/mesh-peer`, args: [], env: {} };

/** The Python peer: gRPC C-core. */
export const PYTHON_PEER: Peer = {
  name: "C-core",
  command: "python3",
  args: [`${here}python/peer.py`],
  // Else it writes what it refuses to stderr, and its modules compiled beside their sources.
  env: { PYTHONPATH: pythonFolder, GRPC_VERBOSITY: "NONE", PYTHONDONTWRITEBYTECODE: "1" },
};

/** grpc-go's own programs for gRPC's interop cases: `-port`; `-server_host`, `-server_port` and `-test_case`. */
export const GO_INTEROP: { readonly server: string; readonly client: string } = {
  server: `${goFolder}/interop-server`,
  client: `${goFolder}/interop-client`,
};

/**
 * Why the peers cannot be used; `undefined` if they can.
 *
 * @throws {Error} under `CI=true` when they are not there: a lane that promises a peer must not pass without it.
 */
export function lackOfPeers(
  env: Readonly<Record<string, string | undefined>> = process.env,
  folders: readonly string[] = [goFolder, pythonFolder],
): string | undefined {
  if (folders.every((folder) => existsSync(folder))) return undefined;
  const reason = "no peers of gRPC on this machine; test/interop/peers/get-peers.sh makes them";
  if (env["CI"] === "true") throw new Error(`${reason}, and under CI=true they must be there`);
  return reason;
}

/** `describe` for tests that need the peers: skipped where they are not there, with the reason in the title. */
export function describeWithPeers(title: string, tests: () => void): void {
  const lack = lackOfPeers();
  if (lack === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${lack})`, tests);
}

/** Where `get-peers.sh` puts what is made of these files. */
function folderOf(name: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(`${here}${name}/${file}`));
  return `${cache}${name}/${hash.digest("hex").slice(0, 16)}`;
}

/**
 * `node --import @dualmesh/sdk/register app.js`: puts an application into the mesh without a change to its code. An entry
 * point: it reads the environment, and is the only module here that does something when it is imported.
 *
 * It costs little and opens nothing until the application makes its first call or begins to listen: through NODE_OPTIONS
 * it also runs in npm and in every other tool.
 */

import { installDispatcher } from "./fetch/install-dispatcher.ts";
import { createGate } from "./gate.ts";
import { installChannel } from "./grpc/install-channel.ts";
import { holdRequests } from "./hold-requests.ts";
import { installAgents } from "./http-client/install-agents.ts";
import { type AppServer, installAccept } from "./install-accept.ts";
import type { Mesh } from "./mesh.ts";
import { createProcessHold } from "./process-hold.ts";

/** What undici 8 and synchronous module hooks need. */
const MINIMUM_NODE = [22, 19] as const;

if (isTooOld(process.versions.node)) {
  say(
    `Node ${process.versions.node} is too old (${MINIMUM_NODE.join(".")} or newer is needed); this process is not in the mesh`,
  );
} else if (hasConfiguration(process.env)) {
  register();
}

function register(): void {
  const held = new Set<AppServer>();
  const gate = createGate<Mesh>(async () => {
    // Whoever waits for the mesh has nothing else that would keep the process alive.
    using hold = createProcessHold();
    hold.enter();
    try {
      const { openFromEnvironment } = await import("./open-from-environment.ts");
      return await openFromEnvironment(process.env, say, held);
    } catch (error) {
      // Each call is told as well; this is for those who read the log and not the calls.
      say(error instanceof Error ? error.message : String(error));
      throw error;
    }
  });
  installDispatcher(gate);
  installAgents(gate);
  installChannel(gate, say);
  installAccept((server) => {
    if (gate.now !== undefined) {
      gate.now.serve(server);
      return;
    }
    held.add(server);
    // Without a mesh a server serves as it would have; the reason has been said.
    holdRequests(
      server,
      gate.open().then((mesh) => mesh.serve(server)),
    );
  });
}

function hasConfiguration(variables: NodeJS.ProcessEnv): boolean {
  const { MESH_BOOTSTRAP, MESH_MODE, GRPC_XDS_BOOTSTRAP, GRPC_XDS_BOOTSTRAP_CONFIG } = variables;
  return [MESH_BOOTSTRAP, MESH_MODE, GRPC_XDS_BOOTSTRAP, GRPC_XDS_BOOTSTRAP_CONFIG].some(Boolean);
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]);
}

function say(sentence: string): void {
  process.stderr.write(`dualmesh: ${sentence}\n`);
}

import cluster from "node:cluster";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MeshError } from "@dualmesh/core";
import type { Extension } from "@dualmesh/dataplane";
import { createMetricsStore } from "@dualmesh/telemetry";

import { readEnvironment } from "./environment.ts";
import type { AppServer } from "./install-accept.ts";
import { createMesh, type Mesh } from "./mesh.ts";
import type { MeshOptions } from "./mesh-options.ts";

/**
 * Opens the mesh that the variables of a process describe: what `register` does. Without its control plane it opens after
 * 15 s all the same: calls to the rest of the world must not wait for it.
 *
 * @param heldServers those whose requests wait until the mesh is open.
 * @throws {MeshError} `INVALID_ARGUMENT` naming the variable, what was expected, and what came.
 */
export async function openFromEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  log: (sentence: string) => void,
  heldServers: Iterable<AppServer> = [],
): Promise<Mesh> {
  const environment = readEnvironment(variables, process.getuid?.() ?? -1);
  const { mode, onSidecarLoss, outbound, sidecar, registry, runtimeFolder } = environment;
  const options: MeshOptions = {
    bootstrap: environment.bootstrap,
    mode,
    onSidecarLoss,
    outbound,
    runtimeFolder,
    extensions: await Promise.all(environment.extensions.map(loadExtension)),
    heldServers,
    whenLate: "open",
    metrics: createMetricsStore(),
    log,
    ...(cluster.isWorker && cluster.worker !== undefined ? { workerId: cluster.worker.id } : {}),
    ...(sidecar === undefined ? {} : { sidecar }),
    ...(registry === undefined ? {} : { registry }),
  };
  return createMesh(options);
}

/**
 * Loads a module with extensions; its path is taken from the working folder.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` when it cannot be loaded, or exports no function.
 */
export async function loadExtension(path: string): Promise<Extension> {
  const module = await importModule(path);
  if (typeof module.default !== "function") {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `extension ${path}: its default export must be a function, got ${typeof module.default}`,
    );
  }
  return module.default as Extension;
}

async function importModule(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new MeshError("INVALID_ARGUMENT", `extension ${path}: it cannot be loaded: ${reason}`, {
      cause: error,
    });
  }
}

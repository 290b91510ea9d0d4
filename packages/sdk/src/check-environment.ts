import { createExtensionRegistry, dataPlaneTypes, readNodeConfig } from "@dualmesh/dataplane";
import { loadBootstrap } from "./bootstrap.ts";
import { readEnvironment } from "./environment.ts";
import { loadExtension } from "./open-from-environment.ts";

/**
 * Reads what `register` would read, and opens nothing: for whoever starts an application, and would rather say what is
 * wrong before than after.
 *
 * @throws {MeshError} as `openFromEnvironment` would.
 */
export async function checkEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { bootstrap, extensions } = readEnvironment(variables, process.getuid?.() ?? -1);
  const registry = createExtensionRegistry();
  for (const path of extensions) (await loadExtension(path))(registry);
  const loaded = await loadBootstrap(bootstrap);
  if (loaded.kind === "envoy") {
    readNodeConfig(
      { bootstrap: loaded.message, file: loaded.file, source: loaded.source, anonymousId: "app" },
      dataPlaneTypes(registry),
    );
  }
}

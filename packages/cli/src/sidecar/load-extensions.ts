import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createExtensionRegistry, type Extension, type ExtensionRegistry } from "@dualmesh/dataplane";
import { UserError } from "../user-error.ts";

/**
 * Loads extension modules, as the SDK does with the same files (`MESH_EXTENSIONS`).
 *
 * @throws {UserError} naming the module that cannot be loaded, or has no function as its default export.
 */
export async function loadExtensions(paths: readonly string[]): Promise<ExtensionRegistry> {
  const registry = createExtensionRegistry();
  for (const path of paths) (await loadExtension(path))(registry);
  return registry;
}

async function loadExtension(path: string): Promise<Extension> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new UserError(`extension ${path}: it cannot be loaded: ${(error as Error).message}`);
  }
  if (typeof loaded.default !== "function") {
    throw new UserError(
      `extension ${path}: its default export must be a function, got ${typeof loaded.default}`,
    );
  }
  return loaded.default as Extension;
}

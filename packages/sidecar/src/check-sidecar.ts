import {
  createExtensionRegistry,
  dataPlaneTypes,
  type NodeConfigOptions,
  readNodeConfig,
} from "@dualmesh/dataplane";
import { TYPE_URL } from "@dualmesh/envoy-api";
import type { SidecarOptions } from "./sidecar.ts";

/**
 * Reads and compiles a bootstrap as {@link createSidecar} does, and opens nothing. Gives what it asks for and would not
 * get, one sentence each.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with all that is wrong, a line each.
 */
export function checkSidecar(
  options: NodeConfigOptions & Pick<SidecarOptions, "registry">,
): readonly string[] {
  const { fixed, warnings } = readNodeConfig(
    options,
    dataPlaneTypes(options.registry ?? createExtensionRegistry()),
  );
  const found = [...warnings];
  for (const typeUrl of [TYPE_URL.LDS, TYPE_URL.CDS]) {
    using _watch = fixed.watchAll(typeUrl, (all) => {
      for (const state of all.values()) if (state.kind === "present") found.push(...(state.warnings ?? []));
    });
  }
  return found;
}

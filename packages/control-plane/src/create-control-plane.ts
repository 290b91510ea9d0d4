import { systemClock } from "@dualmesh/core";
import { listenAdmin } from "./admin/admin-server.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { ControlPlane, ControlPlaneOptions } from "./control-plane.ts";
import { createFolderFeed } from "./serve/folder-feed.ts";
import { Plane } from "./serve/plane.ts";

/**
 * Starts a control plane: reads the configuration, then listens. Loads `@grpc/grpc-js`.
 *
 * Rejects with a `ConfigurationError` that lists all problems of the configuration, with a `MeshError` (`UNAVAILABLE`)
 * where an address cannot be bound, and with a `RangeError` for an option out of range. It then has left nothing behind.
 *
 * ```ts
 * import { createControlPlane } from "@dualmesh/control-plane";
 *
 * const cluster = { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "orders" };
 * await using plane = await createControlPlane({ config: { resources: [cluster] } });
 * console.log(plane.address, plane.problems); // => 127.0.0.1:… []
 * ```
 */
export async function createControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { config, clock = systemClock, admin = {} } = options;
  const debounceMs = within(options.debounceMs ?? 20, "debounceMs", 1_000);
  const graceMs = within(options.graceMs ?? 12_000, "graceMs", 60_000);
  const plane = new Plane({ clock, debounceMs, graceMs, onEvent: options.onEvent ?? (() => {}) });
  try {
    if ("folder" in config) {
      const feed = await createFolderFeed({
        folder: config.folder,
        clock,
        debounceMs,
        onConfig: (parsed) => plane.apply(parsed),
        onBlind: (reason) => plane.emit({ kind: "watch-lost", reason }),
      });
      plane.owns({ feed });
      await feed.read();
      if (plane.problems.length > 0) throw new ConfigurationError(plane.problems);
    } else {
      plane.setResources(config);
    }
    plane.owns({ xds: await plane.engine.listen(options.listen ?? { host: "127.0.0.1", port: 0 }) });
    if (admin !== false) plane.owns({ admin: await listenAdmin(plane.adminSource(), admin) });
    return plane;
  } catch (error) {
    await plane[Symbol.asyncDispose]();
    throw error;
  }
}

function within(value: number, name: string, max: number): number {
  if (value >= 0 && value <= max) return value;
  throw new RangeError(`control plane: ${name} must be from 0 to ${max} ms, got ${value}`);
}

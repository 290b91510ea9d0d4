import { type AdminOptions, createControlPlane } from "@dualmesh/control-plane";
import type { HostPort } from "../options/host-port.ts";
import { onStopSignals } from "../stop-signals.ts";
import { describeEvent, type LogLine } from "./describe-event.ts";

export interface ServeControlPlaneOptions {
  readonly folder: string;
  readonly listen: HostPort;
  readonly admin: AdminOptions | false;
  readonly log: (level: LogLine["level"], message: string) => void;
}

/**
 * Runs a control plane until a signal ends it. Says `ready` on stdout once it listens.
 *
 * @throws {MeshError} with all problems of the folder, or when an address cannot be opened.
 */
export async function serveControlPlane(options: ServeControlPlaneOptions): Promise<void> {
  const { folder, listen, admin, log } = options;
  using signals = onStopSignals();
  await using plane = await createControlPlane({
    config: { folder },
    listen,
    admin,
    onEvent(event) {
      const { level, message } = describeEvent(event);
      log(level, message);
    },
  });
  log("info", `nodes connect to ${plane.address}`);
  if (plane.adminAddress !== undefined)
    log("info", `workloads and operators connect to ${plane.adminAddress}`);
  process.stdout.write("ready\n");
  await signals.first;
}

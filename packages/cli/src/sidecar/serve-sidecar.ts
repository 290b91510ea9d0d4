import { writeFile } from "node:fs/promises";
import { addressKey } from "@dualmesh/dataplane";
import { createSidecar, type Sidecar, type SidecarOptions } from "@dualmesh/sidecar";
import { stayAlive } from "../stay-alive.ts";
import { onStopSignals } from "../stop-signals.ts";

export interface ServeOptions extends SidecarOptions {
  /** A file for the admin address that was opened, as Envoy's option of that name. */
  readonly adminAddressPath: string | undefined;
}

/**
 * Runs a sidecar until a signal, or an operator, ends it. Says `ready` on stdout once all its listeners accept.
 *
 * @throws {MeshError} when it cannot be started.
 */
export async function serveSidecar({ adminAddressPath, ...options }: ServeOptions): Promise<void> {
  using signals = onStopSignals();
  using _alive = stayAlive();
  const sidecar = await createSidecar(options);
  void signals.first.then(() => sidecar.close());
  if (adminAddressPath !== undefined && sidecar.admin !== undefined) {
    await writeFile(adminAddressPath, addressKey(sidecar.admin));
  }
  if (await becomesReady(sidecar)) process.stdout.write("ready\n");
  await sidecar.closed;
}

/** False if it is closed before. */
async function becomesReady(sidecar: Sidecar): Promise<boolean> {
  return Promise.race([sidecar.ready.then(() => true), sidecar.closed.then(() => false)]);
}

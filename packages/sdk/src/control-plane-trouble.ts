import type { Clock } from "@dualmesh/core";
import type { XdsClient } from "@dualmesh/xds";

/** A refused connection is known within milliseconds; whoever is only slow gets a little time. Milliseconds. */
const PATIENCE_MS = 1_000;

/** Says once, and early, when the control plane cannot be reached: whoever waits for the mesh should know for what. */
export function tellTrouble(client: XdsClient, clock: Clock, log: (sentence: string) => void): Disposable {
  return clock.setTimer(() => {
    const trouble = controlPlaneTrouble(client);
    if (trouble !== undefined) log(`${trouble}; trying on`);
  }, PATIENCE_MS);
}

/** Why the control plane has not answered, in one sentence; `undefined` when it has, or that is not known. */
export function controlPlaneTrouble(client: XdsClient): string | undefined {
  const { connections } = client.status();
  if (connections.some(({ answered }) => answered)) return undefined;
  const failed = connections.find(({ lastEnd }) => lastEnd !== undefined);
  return failed && `the control plane at ${failed.target} cannot be reached: ${failed.lastEnd}`;
}

import type { Clock } from "@dualmesh/core";
import type { XdsClient } from "@dualmesh/xds";
import type { Log } from "./log.ts";

/** Between two looks. Milliseconds. */
const LOOK_MS = 1_000;

/** What is known of the way to the control plane. */
export interface ControlPlaneWatch extends Disposable {
  /** Why it cannot be reached, in one sentence; `undefined` while it can, or that is not known yet. */
  readonly trouble: string | undefined;
}

/** Says once when the control plane cannot be reached, and once when it can again; the client keeps trying by itself. */
export function watchControlPlane(client: XdsClient, clock: Clock, log: Log): ControlPlaneWatch {
  let timer: Disposable | undefined;
  let told = false;
  const trouble = (): string | undefined => {
    const connections = client.status().connections;
    if (connections.some(({ state, answered }) => state === "open" && answered)) return undefined;
    const failed = connections.find(({ lastEnd }) => lastEnd !== undefined);
    if (failed?.lastEnd === undefined) return undefined;
    return `the control plane at ${failed.target} cannot be reached: ${tidy(failed.lastEnd)}`;
  };
  const look = (): void => {
    const now = trouble();
    if (now !== undefined && !told) {
      told = true;
      log({ level: "warning", kind: "control-plane", message: `${now}; trying on` });
    } else if (now === undefined && told && client.status().connections.some(({ answered }) => answered)) {
      told = false;
      log({ level: "info", kind: "control-plane", message: "the control plane answers again" });
    }
    timer = clock.setTimer(look, LOOK_MS);
  };
  // A refused connection is known within milliseconds.
  timer = clock.setTimer(look, LOOK_MS / 10);
  return {
    get trouble() {
      return trouble();
    },
    [Symbol.dispose]: () => timer?.[Symbol.dispose](),
  };
}

/** grpc-js ends its sentences with what it has to say of name resolution, which is mostly nothing. */
function tidy(sentence: string): string {
  return sentence.replace(/\.? Resolution note: $/, "");
}

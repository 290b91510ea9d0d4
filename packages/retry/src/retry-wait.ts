import { type Call, resetError } from "@dualmesh/core";

/** A day: what holds the process is renewed so seldom that nobody notices. */
const HOLD_MS = 86_400_000;

/**
 * Waits before a retry. Rejects when the call is cancelled meanwhile.
 *
 * A clock's timers do not keep the process alive, and nothing else may be open now; but a call that waits is work to be
 * done, so the wait holds the process itself.
 *
 * @throws {MeshError} what the call was cancelled with.
 */
export function retryWait(call: Call, delayMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const hold = setInterval(() => {}, HOLD_MS);
    const timer = call.clock.setTimer(() => {
      clearInterval(hold);
      hook[Symbol.dispose]();
      resolve();
    }, delayMs);
    const hook = call.onCancel((reason) => {
      clearInterval(hold);
      timer[Symbol.dispose]();
      reject(resetError(reason));
    });
  });
}

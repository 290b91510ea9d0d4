import { constants } from "node:os";

/** Between the first signal to stop and the end, further ones end the process at once. */
export interface StopSignals extends Disposable {
  /** Settles with the first signal to stop. */
  readonly first: Promise<NodeJS.Signals>;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Listens for the signals that ask a server to end. The second one is obeyed at once: 128 + its number. */
export function onStopSignals(): StopSignals {
  const first = Promise.withResolvers<NodeJS.Signals>();
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(128 + constants.signals[signal]);
    stopping = true;
    first.resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    first: first.promise,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}

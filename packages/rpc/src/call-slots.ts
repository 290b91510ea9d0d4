/** How many calls may be served at once, on all connections that share it. */
export interface CallSlots {
  readonly taken: number;
  readonly max: number;
  /** `false`: all are taken. Else {@link CallSlots.leave} is due. */
  tryEnter(): boolean;
  leave(): void;
}

/** @throws {RangeError} for anything but an integer from 1. */
export function createCallSlots(max: number): CallSlots {
  if (!(Number.isInteger(max) && max >= 1))
    throw new RangeError(`rpc: maxConcurrentCalls is an integer from 1, got ${max}`);
  let taken = 0;
  return {
    max,
    get taken() {
      return taken;
    },
    tryEnter() {
      if (taken >= max) return false;
      taken++;
      return true;
    },
    leave() {
      taken--;
    },
  };
}

import { type Call, type CallOptions, type Clock, createCall } from "@dualmesh/core";

export interface CallForOptions extends Omit<CallOptions, "clock"> {
  /** The deadline, counted from the clock's time. Milliseconds. Default: none. */
  readonly timeoutMs?: number;
}

/** A call on a test's clock: `callFor(clock, { timeoutMs: 250 })`. */
export function callFor(clock: Clock, options: CallForOptions = {}): Call {
  const { timeoutMs, ...rest } = options;
  const deadline = timeoutMs === undefined ? {} : { deadlineMs: clock.now() + timeoutMs };
  return createCall({ ...deadline, ...rest, clock });
}

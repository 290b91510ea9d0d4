import type { Message } from "./message-init.ts";

/** `google.protobuf.Duration`: seconds and nanoseconds of the same sign. */
export type Duration = Message<"google.protobuf.Duration">;

/** `google.protobuf.Timestamp`: seconds since 1970 and nanoseconds after them. */
export type Timestamp = Message<"google.protobuf.Timestamp">;

/** Milliseconds of a duration, with fraction: 1 ns is 1e-6. */
export function durationMs(duration: Duration): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1e6;
}

/** A duration of so many milliseconds, rounded to the nanosecond. @throws RangeError if it is not finite. */
export function durationFromMs(ms: number): Duration {
  if (!Number.isFinite(ms)) throw new RangeError(`duration of ${ms} ms: expected a finite number`);
  const whole = Math.trunc(ms / 1000);
  const nanos = Math.round((ms - whole * 1000) * 1e6);
  // Rounding may have completed a second.
  return Math.abs(nanos) < 1e9 ? { seconds: whole, nanos } : { seconds: whole + Math.sign(nanos), nanos: 0 };
}

/** Milliseconds since 1970, with fraction. */
export function timestampMs(timestamp: Timestamp): number {
  return Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6;
}

/**
 * A timestamp of so many milliseconds since 1970, negative before.
 * @throws RangeError if it is not finite.
 */
export function timestampFromMs(ms: number): Timestamp {
  if (!Number.isFinite(ms)) throw new RangeError(`timestamp of ${ms} ms: expected a finite number`);
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  return nanos < 1e9 ? { seconds, nanos } : { seconds: seconds + 1, nanos: 0 };
}

/** @throws {RangeError} for anything but an integer from 1 to 2^31-1. */
export function checkTimeout(protocol: string, timeoutMs: number): void {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 0x7fffffff) return;
  throw new RangeError(
    `${protocol} frame: a timeout is an integer from 1 to 2147483647 ms, got ${timeoutMs}`,
  );
}

import { vi } from "vitest";

/** Waits until a check passes: for what comes over real sockets. Slow machines get ten seconds. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 });
}

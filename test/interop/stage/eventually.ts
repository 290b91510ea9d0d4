import { type Assertion, expect, vi } from "vitest";

/** Between two looks. Milliseconds. */
const LOOK_EVERY_MS = 20;

/** Longer than anything here takes on a busy machine: Envoy's back-off before it reconnects, at worst some seconds. */
const PATIENCE_MS = 20_000;

/**
 * Waits until something is so, by asking again and again; a test fails with the last answer when it never is. No test
 * sleeps: each says what it waits for.
 */
export function eventually<T>(ask: () => T): Assertion<Promise<void>, Awaited<T>> {
  return expect.poll(ask, { interval: LOOK_EVERY_MS, timeout: PATIENCE_MS });
}

/** The same for what is no test yet, such as preparing one: until `attempt` does not fail, or with its last failure. */
export function untilDone(attempt: () => Promise<void>): Promise<void> {
  return vi.waitFor(attempt, { interval: LOOK_EVERY_MS, timeout: PATIENCE_MS });
}

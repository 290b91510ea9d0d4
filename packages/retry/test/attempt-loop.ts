import type { Call, Reset, Response } from "@dualmesh/core";
import {
  callFor,
  type ManualClock,
  type MockHandle,
  manualClock,
  mockService,
  type RecordingMetrics,
  recordingMetrics,
  textRequest,
} from "@dualmesh/testkit";
import {
  createRetryPolicy,
  createRetryStats,
  type RetryPolicyOptions,
  type RunAttemptsOptions,
  runAttempts,
} from "../src/index.ts";

/** Nobody listens. */
export const REFUSED: Reset = {
  code: "UNAVAILABLE",
  flag: "UF",
  message: "connection refused",
  execution: "not-executed",
};
/** The connection ended under way. */
export const CUT: Reset = {
  code: "UNAVAILABLE",
  flag: "UC",
  message: "connection termination",
  execution: "in-doubt",
};
/** The caller lost interest. */
export const GONE: Reset = {
  code: "CANCELLED",
  flag: "DC",
  message: "the client went away",
  execution: "in-doubt",
};

export interface AttemptLoop {
  readonly response: Promise<Response>;
  readonly handle: MockHandle;
  readonly clock: ManualClock;
  readonly call: Call;
  readonly metrics: RecordingMetrics;
}

/** A loop over a mock service, with half the longest back-off each time: 12.5, 25, 50 ms. */
export function attemptLoop(
  policy: Partial<RetryPolicyOptions> = {},
  options: Partial<RunAttemptsOptions> = {},
): AttemptLoop {
  const { service, handle } = mockService();
  const clock: ManualClock = manualClock();
  const call: Call = options.call ?? callFor(clock);
  const metrics = recordingMetrics();
  const response = runAttempts({
    request: textRequest(),
    call,
    policy: createRetryPolicy({ retryOn: "5xx", numRetries: 2, ...policy }),
    tryOnce: service,
    random: () => 0.5,
    stats: createRetryStats(metrics),
    ...options,
  });
  // A test that expects a rejection awaits it later; until then it is no unhandled one.
  response.catch(() => {});
  return { response, handle, clock, call, metrics };
}

import type { Code, Execution, Headers, LocalReply, Response } from "@dualmesh/core";

/**
 * How an attempt failed before its response head.
 *
 * - `connect-failure`: no connection came about.
 * - `reset-before-request`: the connection was there and ended before anything was sent on it.
 * - `refused-stream`: the upstream says that it did not begin.
 * - `reset`: anything else that cut the attempt off.
 * - `per-try-timeout`: the attempt took too long.
 */
export type ResetReason =
  | "connect-failure"
  | "reset-before-request"
  | "refused-stream"
  | "reset"
  | "per-try-timeout";

/** What is known of an attempt when it is judged. */
export interface AttemptResult {
  /** HTTP's status; 0 when no response head came. */
  readonly status: number;
  readonly headers?: Headers | undefined;
  /** Why no response head came. */
  readonly reset?: ResetReason | undefined;
  /** Whether the upstream may have acted on it. */
  readonly execution: Execution;
  /** The gRPC status. Default: what `grpc-status` in `headers` says, if it is there. */
  readonly grpcCode?: Code | undefined;
}

/** The details of the local reply for an attempt that took too long. */
export const PER_TRY_TIMEOUT_DETAILS = "upstream_per_try_timeout";

/**
 * Reads an attempt's result from what the transport gave: a response from upstream, or the local reply that stands for
 * a reset (`resetReply`), told by flag and execution. `undefined` for every other local reply: no endpoint, overflow, a
 * refusal of a filter. Whoever made it would make it again, so it is final.
 */
export function attemptResult({ head }: Response): AttemptResult | undefined {
  const { local } = head;
  if (local === undefined) return { status: head.status, headers: head.headers, execution: "executed" };
  const reset = resetReason(local);
  return reset === undefined ? undefined : { status: 0, reset, execution: local.execution };
}

function resetReason({ flag, execution, details }: LocalReply): ResetReason | undefined {
  const unsent = execution === "not-executed";
  if (flag === "UF") return "connect-failure";
  if (flag === "UC") return unsent ? "reset-before-request" : "reset";
  if (flag === "UR") return unsent ? "refused-stream" : "reset";
  if (flag === "LR" || flag === "UPE") return "reset";
  return flag === "UT" && details === PER_TRY_TIMEOUT_DETAILS ? "per-try-timeout" : undefined;
}

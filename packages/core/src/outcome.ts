import { type Code, codeFromHttpStatus } from "./code.ts";
import type { Execution } from "./execution.ts";
import type { ResponseHead } from "./head.ts";
import { type Reset, resetDetails } from "./reset.ts";
import type { ResponseFlag } from "./response-flag.ts";
import { WRITTEN } from "./written.ts";

/** How a call, or one attempt of it, ended. What breakers, budgets, outlier detection, metrics and logs judge by. */
export interface Outcome {
  readonly code: Code;
  /** HTTP's status; 0 when no response head came. */
  readonly status: number;
  readonly flag: ResponseFlag;
  /** Envoy's `RESPONSE_CODE_DETAILS`. */
  readonly details: string;
  readonly execution: Execution;
}

/** Sent, and nothing heard: no success to count. */
const WRITTEN_OUTCOME: Outcome = Object.freeze({
  code: "OK",
  status: 200,
  flag: "",
  details: "oneway_written",
  execution: "in-doubt",
});

/**
 * The outcome of a call whose response was delivered to its end, by HTTP's status. What is below 400 failed nobody: a
 * finished upgrade (101) or a redirect is `OK`. For gRPC see `grpcOutcome`.
 */
export function responseOutcome(head: ResponseHead): Outcome {
  if (head === WRITTEN.head) return WRITTEN_OUTCOME;
  const { status, local } = head;
  if (local !== undefined) {
    const { code, flag, details, execution } = local;
    return { code, status, flag, details, execution };
  }
  return {
    code: status < 400 ? "OK" : codeFromHttpStatus(status),
    status,
    flag: "",
    details: "via_upstream",
    execution: "executed",
  };
}

/** The outcome of a call that was cut off; `status` is that of the head, if one had come. */
export function resetOutcome(reset: Reset, status = 0): Outcome {
  const { code, flag, execution } = reset;
  return { code, status, flag, details: resetDetails(reset), execution };
}

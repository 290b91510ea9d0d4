import { type Code, codeFromHttpStatus } from "./code.ts";
import type { Execution } from "./execution.ts";
import type { ResponseHead } from "./head.ts";
import type { Reset } from "./reset.ts";
import type { ResponseFlag } from "./response-flag.ts";

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

/** The outcome of a call whose response was delivered to its end. */
export function responseOutcome(head: ResponseHead): Outcome {
  const { status, local } = head;
  if (local !== undefined) {
    const { code, flag, details, execution } = local;
    return { code, status, flag, details, execution };
  }
  return {
    code: codeFromHttpStatus(status),
    status,
    flag: "",
    details: "via_upstream",
    execution: "executed",
  };
}

/** The outcome of a call that was cut off; `status` is that of the head, if one had come. */
export function resetOutcome(reset: Reset, status = 0): Outcome {
  const { code, flag, message, execution } = reset;
  return { code, status, flag, details: message, execution };
}

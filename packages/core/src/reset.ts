import type { Code } from "./code.ts";
import type { Execution } from "./execution.ts";
import { MeshError } from "./mesh-error.ts";
import type { ResponseFlag } from "./response-flag.ts";

/**
 * Why a body or a call ended before its end. A plain value and no `Error`: resets are ordinary (a client goes away, a
 * deadline passes), and a stack trace costs more than the rest of the call.
 */
export interface Reset {
  readonly code: Code;
  readonly flag: ResponseFlag;
  /** One sentence for people. */
  readonly message: string;
  readonly execution: Execution;
  /** Envoy's `RESPONSE_CODE_DETAILS`. Default: the message. */
  readonly details?: string;
  /** What a client on the wire is told, where the message says more than it should know. Default: the message. */
  readonly reply?: string;
  readonly cause?: unknown;
}

/** The reset of a caller that lost interest. */
export const CANCELLED: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "DC",
  message: "the caller cancelled",
  execution: "in-doubt",
});

/** The details of a reset, as Envoy writes them: without white space, so that a log line keeps its columns. */
export function resetDetails(reset: Reset): string {
  return (reset.details ?? reset.message).replaceAll(/\s+/g, "_");
}

/** The error for those who must throw. */
export function resetError(reset: Reset): MeshError {
  const { code, flag, execution, cause } = reset;
  return new MeshError(code, reset.message, { flag, execution, ...(cause === undefined ? {} : { cause }) });
}

/** The reset that stands for whatever was thrown. */
export function toReset(error: unknown): Reset {
  if (MeshError.is(error)) {
    const { code, flag, execution, rawMessage } = error;
    return { code, flag, execution, message: rawMessage, cause: error };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "INTERNAL", flag: "", execution: "in-doubt", message, cause: error };
}

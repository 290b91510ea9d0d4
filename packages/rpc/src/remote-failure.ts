import { type Code, type Execution, MeshError } from "@dualmesh/core";

/** Codes by which a server says that it did not begin: no room, no such method. */
const NOT_BEGUN: ReadonlySet<Code> = new Set(["RESOURCE_EXHAUSTED", "UNIMPLEMENTED", "NOT_FOUND"]);
/** Codes by which it, or somebody between, says that it does not know. */
const IN_DOUBT: ReadonlySet<Code> = new Set(["DEADLINE_EXCEEDED", "UNAVAILABLE", "CANCELLED"]);

/** The error for a response that is no result. */
export function remoteFailure(label: string, code: Code, what: string, cause?: unknown): MeshError {
  const execution: Execution = NOT_BEGUN.has(code)
    ? "not-executed"
    : IN_DOUBT.has(code)
      ? "in-doubt"
      : "executed";
  return new MeshError(code, `${label}: ${what}`, { execution, ...(cause !== undefined && { cause }) });
}

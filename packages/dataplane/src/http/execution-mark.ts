import type { ResponseHead } from "@dualmesh/core";

/**
 * On the mesh's own answers to an application: whether an upstream may have acted on the request (`not-executed` or
 * `in-doubt`), so that whoever called knows whether it may be sent again.
 *
 * Written where an answer leaves the mesh for its application, and nowhere else. An upstream may not speak for the mesh:
 * the router takes its mark off.
 */
export const EXECUTION_HEADER = "x-dualmesh-execution";

/** States it on an answer that the mesh made by itself; the answers of others stay as they are. */
export function stateExecution({ headers, local }: ResponseHead): void {
  if (local !== undefined && local.execution !== "executed") headers.set(EXECUTION_HEADER, local.execution);
}

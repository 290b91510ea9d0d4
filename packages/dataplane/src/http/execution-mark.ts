import type { Response } from "@dualmesh/core";

/**
 * On the mesh's own answers to an application: whether an upstream may have acted on the request (`not-executed` or
 * `in-doubt`), so that whoever called knows whether it may be sent again.
 */
export const EXECUTION_HEADER = "x-dualmesh-execution";

/** Marks a response that the mesh made by itself. An upstream may not speak for the mesh: its own mark is taken off. */
export function markExecution(response: Response): Response {
  const { headers, local } = response.head;
  headers.delete(EXECUTION_HEADER);
  if (local !== undefined && local.execution !== "executed")
    headers.append(EXECUTION_HEADER, local.execution);
  return response;
}

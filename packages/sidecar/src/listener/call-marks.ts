import type { Request, Response, Service } from "@dualmesh/core";
import type { Listener } from "@dualmesh/dataplane";

/**
 * On requests from a sidecar to its own application: a secret that the sidecar tells only on this machine. The
 * application's own chain lets such a request pass, since the sidecar has run it already.
 */
export const HOP_HEADER = "x-dualmesh-hop";

/**
 * On the sidecar's own answers to its application: whether an upstream may have acted on the request (`not-executed`
 * or `in-doubt`), so that the SDK in front can say so, and may send it again.
 */
export const EXECUTION_HEADER = "x-dualmesh-execution";

/**
 * The chain of a listener with the marks that only a sidecar sets. What comes in with a mark has it taken off, on every
 * listener: neither a caller nor an upstream may speak for the sidecar.
 */
export function markedService(
  listener: Listener,
  port: number,
  hopToken: string,
): Service<Request, Response> {
  const chain = listener.service(port);
  return (request, call) => {
    const { headers } = request.head;
    headers.delete(HOP_HEADER);
    const { direction } = listener.plan;
    if (direction === "outbound") return chain(request, call).then(markExecution);
    if (direction === "inbound") headers.append(HOP_HEADER, hopToken);
    return chain(request, call);
  };
}

function markExecution(response: Response): Response {
  const { headers, local } = response.head;
  headers.delete(EXECUTION_HEADER);
  if (local !== undefined && local.execution !== "executed")
    headers.append(EXECUTION_HEADER, local.execution);
  return response;
}

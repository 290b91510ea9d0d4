import type { Request, Response, Service } from "@dualmesh/core";
import { HOP_HEADER, type Listener } from "@dualmesh/dataplane";

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
    if (listener.plan.direction === "inbound") headers.append(HOP_HEADER, hopToken);
    return chain(request, call);
  };
}

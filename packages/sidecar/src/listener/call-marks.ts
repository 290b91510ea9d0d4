import type { Call, Request, Response, Service } from "@dualmesh/core";
import { HOP_HEADER, type Listener, signAnswer, stateExecution } from "@dualmesh/dataplane";

/**
 * A chain of a listener, with the mark on requests that only a sidecar sets. What comes in with a mark has it taken off,
 * on every listener: no caller may speak for the sidecar.
 */
export function markedService(
  listener: Listener,
  chainKey: string,
  hopToken: string,
): Service<Request, Response> {
  const chain = listener.serviceOf(chainKey);
  return (request, call) => {
    const { headers } = request.head;
    headers.delete(HOP_HEADER);
    if (listener.plan.direction === "inbound") headers.append(HOP_HEADER, hopToken);
    return chain(request, call);
  };
}

/**
 * Writes the fields of an answer that speak for the listener as a whole: who serves, how long the upstream took, and, for
 * an application's own calls, whether an upstream may have acted. By the configuration of the moment.
 */
export function answerMarker(listener: Listener, chainKey: string): (response: Response, call: Call) => void {
  return (response, call) => {
    const chain = listener.plan.chains.find(({ key }) => key === chainKey);
    if (chain !== undefined) signAnswer(chain.http, response, call);
    if (listener.plan.direction === "outbound") stateExecution(response.head);
  };
}

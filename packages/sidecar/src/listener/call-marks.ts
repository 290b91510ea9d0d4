import type { Call, Request, Response, Service } from "@dualmesh/core";
import { HOP_HEADER, type Listener, signAnswer, stateExecution } from "@dualmesh/dataplane";
import { chainForPort } from "./chain-for-port.ts";

/**
 * The chain of a listener, with the mark on requests that only a sidecar sets. What comes in with a mark has it taken off,
 * on every listener: no caller may speak for the sidecar.
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

/**
 * Writes the fields of an answer that speak for the listener as a whole: who serves, how long the upstream took, and, for
 * an application's own calls, whether an upstream may have acted. By the configuration of the moment.
 */
export function answerMarker(listener: Listener, port: number): (response: Response, call: Call) => void {
  return (response, call) => {
    const chain = chainForPort(listener, port);
    if (chain !== undefined) signAnswer(chain.http, response, call);
    if (listener.plan.direction === "outbound") stateExecution(response.head);
  };
}

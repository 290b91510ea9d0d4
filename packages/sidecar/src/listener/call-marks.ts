import type { Call, Request, Response, Service } from "@dualmesh/core";
import { type Direction, HOP_HEADER, type Listener, signAnswer, stateExecution } from "@dualmesh/dataplane";

/** Sees a call that comes to a listener, before its chain does. */
export type OnCall = (direction: Direction, request: Request, call: Call) => void;

/**
 * A chain of a listener, with the mark on requests that only a sidecar sets. What comes in with a mark has it taken off,
 * on every listener: no caller may speak for the sidecar.
 */
export function markedService(
  listener: Listener,
  chainKey: string,
  hopToken: string,
  onCall: OnCall = () => {},
): Service<Request, Response> {
  const chain = listener.serviceOf(chainKey);
  return (request, call) => {
    const { headers, method } = request.head;
    const { direction } = listener.plan;
    // What comes in frames is for servers that know no such mark.
    if (method !== "") {
      headers.delete(HOP_HEADER);
      if (direction === "inbound") headers.append(HOP_HEADER, hopToken);
    }
    onCall(direction, request, call);
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

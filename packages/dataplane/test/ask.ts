import {
  type Call,
  createCall,
  type Headers,
  type LocalReply,
  type Outcome,
  type Response,
  resetOutcome,
  responseOutcome,
  toReset,
} from "@dualmesh/core";
import { bodyText, type TextRequestOptions, textRequest } from "@dualmesh/testkit";
import type { DataPlane } from "../src/index.ts";

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Why the mesh answered by itself, if it did. */
  readonly local: LocalReply | undefined;
  /** How the call ended. */
  readonly outcome: Outcome;
}

export interface AskOptions {
  readonly call?: Call;
  /** Default `outbound`. */
  readonly listener?: string;
  /** The local port of the connection. Default 0. */
  readonly port?: number;
}

/** Sends a request through a listener and gives the response with its body still to come. */
export function send(
  plane: DataPlane,
  request: TextRequestOptions = {},
  options: AskOptions = {},
): Promise<Response> {
  const { call = createCall(), listener = "outbound", port = 0 } = options;
  const found = plane.listeners.get(listener);
  if (found === undefined) throw new Error(`there is no listener ${listener}`);
  return found.service(port)(textRequest(request), call);
}

/** Sends a request and plays the edge: reads the answer and ends the call. */
export async function ask(
  plane: DataPlane,
  request: TextRequestOptions = {},
  options: AskOptions = {},
): Promise<Answer> {
  const { call = createCall() } = options;
  const response = await send(plane, request, { ...options, call });
  return finish(response, call);
}

/** Reads an answer to its end and ends its call. Rejects when the body is cut off; the call has ended then, too. */
export async function finish(response: Response, call: Call): Promise<Answer> {
  const { status, headers, local } = response.head;
  try {
    const text = await bodyText(response.body);
    call.end(responseOutcome(response.head));
    return { status, headers, text, local, outcome: call.outcome as Outcome };
  } catch (error) {
    call.end(resetOutcome(toReset(error), status));
    throw error;
  }
}

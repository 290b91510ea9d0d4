import type { Request, Reset, Response } from "@dualmesh/core";
import { textRequest } from "@dualmesh/testkit";
import type { AttemptFailure, EndpointAddress, Transport } from "../../src/index.ts";

export type Result =
  | { readonly kind: "responded"; readonly response: Response; readonly ended: Promise<Reset | undefined> }
  | { readonly kind: "failed"; readonly failure: AttemptFailure; readonly reset: Reset };

/** One attempt, to its response head or its failure. */
export function attempt(
  transport: Transport,
  address: EndpointAddress,
  request: Request = textRequest(),
): Promise<Result> {
  const ended = Promise.withResolvers<Reset | undefined>();
  return new Promise((resolve) => {
    transport.open(address, request, {
      responded: (response) => resolve({ kind: "responded", response, ended: ended.promise }),
      failed: (failure, reset) => resolve({ kind: "failed", failure, reset }),
      ended: ended.resolve,
    });
  });
}

/** Its response. Throws for one that failed. */
export async function responseTo(
  transport: Transport,
  address: EndpointAddress,
  request?: Request,
): Promise<Response> {
  const result = await attempt(transport, address, request);
  if (result.kind === "failed") throw new Error(`${result.failure}: ${result.reset.message}`);
  return result.response;
}

export const loopback = (port: number): EndpointAddress => ({ kind: "tcp", host: "127.0.0.1", port });

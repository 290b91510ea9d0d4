import type { IncomingMessage, ServerResponse } from "node:http";
import { startUpstream, type Upstream } from "./static-plane.ts";

/** A request that has come to an upstream and waits for the test to answer it. */
export interface UpstreamExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An upstream whose answers the test gives by hand. */
export interface AskedUpstream extends Upstream {
  /** All requests that ever came. */
  readonly asked: number;
  /** The next request, in the order of arrival; waits for one. */
  next(): Promise<UpstreamExchange>;
}

export async function askedUpstream(): Promise<AskedUpstream> {
  const arrived: UpstreamExchange[] = [];
  const takers: ((exchange: UpstreamExchange) => void)[] = [];
  let asked = 0;
  const upstream = await startUpstream((request, response) => {
    asked++;
    const exchange = { request, response };
    const taker = takers.shift();
    if (taker === undefined) arrived.push(exchange);
    else taker(exchange);
  });
  return {
    port: upstream.port,
    server: upstream.server,
    get asked() {
      return asked;
    },
    next: () =>
      new Promise((resolve) => {
        const exchange = arrived.shift();
        if (exchange === undefined) takers.push(resolve);
        else resolve(exchange);
      }),
    [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
  };
}

import type { HttpServerOptions, Listener } from "@dualmesh/dataplane";
import { chainForPort } from "./chain-for-port.ts";

/** What a listener asks of the server of its connections. It holds for the life of a connection. */
export type HttpLimits = Pick<
  HttpServerOptions,
  "maxHeadBytes" | "requestHeadersTimeoutMs" | "idleTimeoutMs" | "protocol" | "maxConcurrentStreams"
>;

/** The limits of the chain for a local port; `undefined` if the listener has none for it. */
export function httpLimits(listener: Listener, port: number): HttpLimits | undefined {
  const chain = chainForPort(listener, port);
  if (chain === undefined) return undefined;
  const { codec, maxConcurrentStreams, maxHeadBytes, requestHeadersTimeoutMs, idleTimeoutMs } = chain.http;
  return { protocol: codec, maxConcurrentStreams, maxHeadBytes, requestHeadersTimeoutMs, idleTimeoutMs };
}

export function sameLimits(a: HttpLimits, b: HttpLimits): boolean {
  return (
    a.protocol === b.protocol &&
    a.maxConcurrentStreams === b.maxConcurrentStreams &&
    a.maxHeadBytes === b.maxHeadBytes &&
    a.requestHeadersTimeoutMs === b.requestHeadersTimeoutMs &&
    a.idleTimeoutMs === b.idleTimeoutMs
  );
}

import type { HttpServerOptions, Listener } from "@dualmesh/dataplane";
import { chainForPort } from "./chain-for-port.ts";

/** What the server of connections is told, of all that a connection manager has. */
const LIMITS = [
  "protocol",
  "maxConcurrentStreams",
  "streamWindowBytes",
  "maxHeadBytes",
  "maxHeadFields",
  "acceptHttp10",
  "defaultHost",
  "dropLengthBesideChunks",
  "keepAfterNoHost",
  "requestHeadersTimeoutMs",
  "idleTimeoutMs",
  "delayedCloseMs",
] as const;

/** What a listener asks of the server of its connections. It holds for the life of a connection. */
export type HttpLimits = Pick<HttpServerOptions, (typeof LIMITS)[number]>;

/** The limits of the chain for a local port; `undefined` if the listener has none for it. */
export function httpLimits(listener: Listener, port: number): HttpLimits | undefined {
  const chain = chainForPort(listener, port);
  if (chain === undefined) return undefined;
  return Object.fromEntries(LIMITS.map((name) => [name, chain.http[name]])) as HttpLimits;
}

export function sameLimits(a: HttpLimits, b: HttpLimits): boolean {
  return LIMITS.every((name) => a[name] === b[name]);
}

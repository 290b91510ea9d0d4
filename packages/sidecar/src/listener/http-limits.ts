import type { FilterChainPlan, HttpServerOptions } from "@dualmesh/dataplane";

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

/** What a filter chain asks of the server of its connections. It holds for the life of a connection. */
export type HttpLimits = Pick<HttpServerOptions, (typeof LIMITS)[number]>;

export function httpLimits({ http }: FilterChainPlan): HttpLimits {
  return Object.fromEntries(LIMITS.map((name) => [name, http[name]])) as HttpLimits;
}

/** Whether connections may stay as they are under another configuration of their chain. */
export function keepsConnections(before: FilterChainPlan, after: FilterChainPlan): boolean {
  return LIMITS.every((name) => before.http[name] === after.http[name]) && sameTls(before, after);
}

/** Plans are data but for names to match, which say what they are. */
function sameTls(before: FilterChainPlan, after: FilterChainPlan): boolean {
  const text = ({ tls, handshakeTimeoutMs }: FilterChainPlan): string =>
    tls === undefined ? "" : `${tls.identity} ${handshakeTimeoutMs}`;
  return text(before) === text(after);
}

import { type Clock, systemClock } from "@dualmesh/core";
import { STREAM_WINDOW } from "../http2/windows.ts";
import type { UpstreamTls } from "../tls/upstream-tls.ts";
import type { EndpointAddress } from "./endpoint-address.ts";

/** What transports of every protocol are told. */
export interface TransportOptions {
  readonly clock?: Clock;
  /** Default: connections are in clear text. */
  readonly tls?: UpstreamTls | undefined;
  /** From the first packet to an established connection, the handshake of TLS included. Milliseconds. Default 5,000, as Envoy. */
  readonly connectTimeoutMs?: number;
  /** A connection that idles this long is closed. Milliseconds. Default 3,600,000, as Envoy; 0: never. */
  readonly idleTimeoutMs?: number;
  /** Bytes that an endpoint may send on one stream of HTTP/2 before somebody reads it. Default 262,144 (256 KiB). */
  readonly streamWindowBytes?: number;
  /** Connections to each endpoint. Default: no limit. */
  readonly maxConnectionsPerEndpoint?: number;
  /** Told of each connection that comes about or fails. */
  readonly onConnection?: (event: "opened" | "failed" | "closed") => void;
}

/** The same with its defaults. */
export interface PoolOptions {
  readonly clock: Clock;
  readonly tls: UpstreamTls | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly streamWindowBytes: number;
  readonly maxConnections: number;
  readonly onConnection: ((event: "opened" | "failed" | "closed") => void) | undefined;
}

/** What the pool of one endpoint is made with. */
export interface EndpointPoolOptions extends PoolOptions {
  readonly address: EndpointAddress;
  /** The last connection of a pool that was closed is gone. */
  readonly onClosed: () => void;
}

export function poolOptions(options: TransportOptions): PoolOptions {
  const { clock = systemClock, connectTimeoutMs = 5_000, idleTimeoutMs = 3_600_000 } = options;
  const { tls, onConnection } = options;
  const maxConnections = options.maxConnectionsPerEndpoint ?? Number.POSITIVE_INFINITY;
  const { streamWindowBytes = STREAM_WINDOW } = options;
  return {
    clock,
    tls,
    connectTimeoutMs,
    idleTimeoutMs,
    streamWindowBytes,
    maxConnections,
    onConnection,
  };
}

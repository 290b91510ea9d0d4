import type { Http2Error } from "./error-code.ts";

/** What a connection tells its owner. */
export interface ClientConnectionObserver {
  /** Something waits to be taken and written. */
  wantsWrite(): void;
  /** The peer has said how many streams it takes at a time, for the first time or anew. */
  settings(maxConcurrentStreams: number): void;
  /** A stream is over, whatever its end. */
  streamClosed(): void;
  /** The peer takes no further streams. Those that it has not looked at have been reset. */
  goaway(code: number): void;
  /** The answer to a ping. */
  pong(): void;
  /** The peer has broken the protocol: after what waits is written, the connection is to be closed. */
  failed(error: Http2Error): void;
}

export interface ClientConnectionOptions {
  /** Bytes that a peer may send on one stream before somebody reads them. */
  readonly streamWindowBytes: number;
  /** The same for all streams together. */
  readonly connectionWindowBytes: number;
  /** Of a response's head or trailers: names, values, and 32 bytes for each. */
  readonly maxListBytes: number;
  readonly maxFields: number;
}

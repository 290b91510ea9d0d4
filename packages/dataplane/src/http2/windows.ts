/**
 * Bytes that a peer may send on one stream before it waits for whoever reads it. So much can slow readers make this process
 * hold for each of their streams, unless `initial_stream_window_size` says otherwise.
 */
export const STREAM_WINDOW: number = 256 * 1024;

/**
 * The same for all streams of a connection together, though as a bound of what is on its way alone: node:http2 opens it again
 * for whatever has come, read or not. So no stream that nobody reads stops the others, and nothing but the number of streams
 * bounds what is held. Envoy's defaults are 16 and 24 MiB.
 */
export const CONNECTION_WINDOW: number = 4 * 1024 * 1024;

/** Megabytes of headers, and of what waits to be sent, that a connection may hold before node:http2 ends it. */
export const MAX_SESSION_MB: number = 64;

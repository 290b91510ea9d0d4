/** Bytes that a peer may send on one stream before it waits for whoever reads it. */
export const STREAM_WINDOW: number = 256 * 1024;

/**
 * The same for all streams of a connection together: what slow readers can make this process hold. Envoy's defaults are 16
 * and 24 MiB.
 */
export const CONNECTION_WINDOW: number = 4 * 1024 * 1024;

/** Megabytes that a connection may hold in all, headers and what waits to be sent included, before node:http2 ends it. */
export const MAX_SESSION_MB: number = 64;

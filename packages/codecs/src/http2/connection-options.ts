import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from "./frame.ts";

export interface ClientConnectionOptions {
  /** Bytes that a peer may send on one stream before somebody reads them. Integer from 1 to 2147483647. */
  readonly streamWindowBytes: number;
  /** Bytes of all streams together that may be on their way. Integer from 65535, below which no setting leads, to 2147483647. */
  readonly connectionWindowBytes: number;
  /** Of a response's head or trailers: names, values, and 32 bytes for each. Integer from 1 to 2147483647. */
  readonly maxListBytes: number;
  /** Integer from 1. */
  readonly maxFields: number;
}

/** @throws RangeError for options that no connection can have. */
export function checkConnectionOptions(options: ClientConnectionOptions): void {
  check("streamWindowBytes", options.streamWindowBytes, 1, MAX_WINDOW_BYTES);
  check("connectionWindowBytes", options.connectionWindowBytes, DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES);
  check("maxListBytes", options.maxListBytes, 1, MAX_WINDOW_BYTES);
  check("maxFields", options.maxFields, 1, MAX_WINDOW_BYTES);
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`http/2 ${name}: ${value}; expected an integer from ${least} to ${most}`);
}

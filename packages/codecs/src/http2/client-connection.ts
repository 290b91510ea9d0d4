import type { ClientStream, ClientStreamObserver } from "./client-stream.ts";
import type { ClientConnectionObserver } from "./connection-observer.ts";
import type { ClientConnectionOptions } from "./connection-options.ts";
import { StreamTable } from "./stream-table.ts";

/**
 * The client's side of HTTP/2 (RFC 9113), without a socket: bytes are fed and taken. Streams are opened at once; whether
 * the peer takes one more is for the owner to ask.
 */
export interface ClientConnection {
  /** Streams that are open. */
  readonly streams: number;
  /** Whether a further stream can be opened: ids are left, also below the last one that the peer looks at. */
  readonly hasIds: boolean;
  /**
   * Opens a stream.
   *
   * @param fields Flat list, `:method` first, then the other pseudo-fields; names in lower case, one octet per character.
   * @param isEnd Whether the request has no body.
   * @throws MeshError UNAVAILABLE without {@link hasIds}.
   */
  request(fields: readonly string[], isEnd: boolean, observer: ClientStreamObserver): ClientStream;
  /** Asks the peer for a sign of life. */
  sendPing(): void;
  /**
   * Says that no stream follows.
   *
   * @param code One of `ErrorCode`. Default NO_ERROR.
   */
  sendGoaway(code?: number): void;
  /** Bytes from the peer. */
  feed(bytes: Buffer): void;
  /** What is to be written. Due when the peer has taken what came before: bodies and acknowledgements wait for it. */
  take(): readonly Buffer[];
  /** The connection is gone, with all that was under way. */
  closed(why: string): void;
}

/** @throws RangeError for options that no connection can have. */
export const ClientConnection: new (
  observer: ClientConnectionObserver,
  options: ClientConnectionOptions,
) => ClientConnection = StreamTable;

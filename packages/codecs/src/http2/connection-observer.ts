import type { Http2Error } from "./error-code.ts";

/** What a connection tells its owner. */
export interface ClientConnectionObserver {
  /**
   * Something waits to be taken and written: later, not from inside of this call. It is also called from within `take`, where
   * more goes on behind what was taken.
   */
  wantsWrite(): void;
  /** The peer has said how many streams it takes at a time, for the first time or anew. */
  settings(maxConcurrentStreams: number): void;
  /** A stream is over, whatever its end. */
  streamClosed(): void;
  /** The peer takes no further streams. Those that it has not looked at are reset next, as untouched. */
  goaway(code: number): void;
  /** The answer to a ping. */
  pong(): void;
  /** The peer has broken the protocol: after what waits is written, the connection is to be closed. */
  failed(error: Http2Error): void;
}

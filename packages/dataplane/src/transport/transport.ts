import type { Request, Reset, Response } from "@dualmesh/core";
import type { EndpointAddress } from "./endpoint-address.ts";
import type { KeepaliveOptions } from "./http2/keepalive.ts";

/** How an attempt failed before its response head; what retry conditions are written in. */
export type AttemptFailure =
  /** No connection came about: nothing was sent. */
  | "connect-failure"
  /** A connection was there, and ended before anything was sent on it. */
  | "reset-before-request"
  /** It ended after (some of) the request was sent. */
  | "reset"
  /** What came back was no valid response. */
  | "protocol-error";

/** Who opened an attempt and is told what becomes of it: first `responded` or `failed`, then, after a response, `ended`. */
export interface AttemptObserver {
  /** The response head came. Its body may still be on its way. */
  responded(response: Response): void;
  /** It is over without a response head. */
  failed(failure: AttemptFailure, reset: Reset): void;
  /** The response has come to its end, or was cut off. */
  ended(reset: Reset | undefined): void;
}

/** An attempt under way. */
export interface OpenAttempt {
  /** Whether any of the request may have left this process. Until then, giving it up leaves nothing in doubt. */
  readonly started: boolean;
  /** Gives it up. The observer is told nothing more; a body that is being read is reset. */
  cancel(reset: Reset): void;
}

/**
 * All I/O with the endpoints of one cluster: pools, connections, framing. It never retries, redirects, resolves or
 * balances.
 */
export interface Transport {
  /** Sends a request. The observer may be called before this returns. */
  open(endpoint: EndpointAddress, request: Request, observer: AttemptObserver): OpenAttempt;
  /**
   * Settles when a connection stands or comes about that calls share; rejects when none does. At once where each call
   * has a connection for itself: nobody knows before the call.
   */
  connect(endpoint: EndpointAddress): Promise<void>;
  /** Pings on connections that calls share, at least as often as that. Without effect on others. */
  keepAlive(options: KeepaliveOptions): void;
  /** Lets what is under way with an endpoint finish, then closes its connections. */
  release(endpoint: EndpointAddress): void;
  /** The same for all endpoints; settles when the last connection is closed. */
  close(): Promise<void>;
}

/** The handle of an attempt that failed before anything was opened. */
export const NEVER_OPENED: OpenAttempt = Object.freeze({ started: false, cancel() {} });

import type { Http1Rules } from "@dualmesh/codecs/http1";
import type { Call, Clock, Request, Response, Service } from "@dualmesh/core";

/** What the connections of one server have in common. */
export interface ServerContext {
  readonly service: Service<Request, Response>;
  readonly clock: Clock;
  readonly scheme: string;
  readonly rules: Http1Rules;
  /** The host of HTTP/1.0 requests that have none; empty: they are refused. */
  readonly defaultHost: string;
  readonly keepAfterNoHost: boolean;
  readonly requestHeadersTimeoutMs: number;
  readonly delayedCloseMs: number;
  /** Streams at a time on one connection of HTTP/2. */
  readonly maxConcurrentStreams: number;
  /** Bytes that a client may send on one stream of HTTP/2 before somebody reads it. */
  readonly streamWindowBytes: number;
  readonly onCall: ((call: Call, request: Request) => void) | undefined;
  readonly onAnswer: ((response: Response, call: Call) => void) | undefined;
  /** Each answer asks its client to close. */
  readonly isDraining: boolean;
  /** The time of day as `date` has it. */
  readonly date: string;
  /** Requests under way change by so many. */
  count(change: 1 | -1): void;
}

/** One connection of a server, of whatever protocol. */
export interface ServerConnection {
  /** Looks of the server at this connection while it was idle. */
  idleLooks: number;
  /** Whether nothing is under way on it, not even part of a head. */
  readonly isIdle: boolean;
  /** Takes no more requests, lets what is under way finish, and ends it in peace. */
  drain(): void;
  /** Cuts it. */
  destroy(): void;
}

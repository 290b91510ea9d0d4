import type { Clock, Request, Response, Service } from "@dualmesh/core";
import type { Listener } from "@dualmesh/dataplane";

/** What stands before an application's server. */
export interface GuardOptions {
  /**
   * The inbound chain for a port, ending in the application; `undefined`: nothing is configured, requests go straight to
   * the application.
   */
  readonly chain: (port: number) => Service<Request, Response> | undefined;
  /** Whether a mark is that of the application's own sidecar, which has run the chain. */
  readonly isSidecar: (mark: string) => boolean;
  /** The inbound listener whose chains for a port may do TLS. Default: connections are the server's as they come. */
  readonly listener?: (port: number) => Listener | undefined;
  readonly clock: Clock;
  readonly log?: (sentence: string) => void;
}

import type { Clock, Request, Response, Service } from "@dualmesh/core";

/** What stands before an application's server. */
export interface GuardOptions {
  /**
   * The inbound chain for a port, ending in the application; `undefined`: nothing is configured, requests go straight to
   * the application.
   */
  readonly chain: (port: number) => Service<Request, Response> | undefined;
  /** Whether a mark is that of the application's own sidecar, which has run the chain. */
  readonly isSidecar: (mark: string) => boolean;
  readonly clock: Clock;
}

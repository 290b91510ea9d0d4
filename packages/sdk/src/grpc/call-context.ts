import type { Clock, Request, Response, Service, TimerWheel } from "@dualmesh/core";
import type { ChannelSettings } from "./channel-options.ts";
import type { ReadinessWaiter } from "./connectivity.ts";

/** What the calls of one channel have in common. */
export interface CallContext {
  readonly settings: ChannelSettings;
  readonly service: Service<Request, Response>;
  readonly scheme: "http" | "https";
  readonly clock: Clock;
  /** Holds the deadlines. */
  readonly wheel: TimerWheel;
  /** Told of each answer whether an endpoint was reached. */
  reached(isReached: boolean): void;
  /** For calls that wait until an endpoint can be reached. */
  whenReady(waiter: ReadinessWaiter): Disposable;
}

export interface ChannelCallOptions {
  /** `/package.Service/Method`. */
  readonly method: string;
  readonly authority: string;
  /** Monotonic milliseconds; `Infinity` if never. */
  readonly deadlineMs: number;
  readonly number: number;
}

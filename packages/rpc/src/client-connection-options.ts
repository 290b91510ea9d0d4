import type { FrameCodec } from "@dualmesh/codecs/frame";
import type { Clock, Reset } from "@dualmesh/core";
import type { ConnectionLimits } from "./connection-limits.ts";
import type { HeartbeatOptions } from "./heartbeat.ts";

export interface ClientConnectionOptions {
  readonly codec: FrameCodec;
  readonly clock?: Clock;
  readonly limits?: ConnectionLimits;
  /** `false`: none are sent. Default: every 15 s without a byte. */
  readonly heartbeat?: HeartbeatOptions | false;
  /** Without a call for this long it is closed. Milliseconds. Default 0: never. */
  readonly idleTimeoutMs?: number;
  /** Default 1. */
  readonly firstId?: number;
  /** It takes no new calls from now on. */
  readonly onLeaving?: () => void;
  /** It takes calls again: the peer said so before the last old one was over. */
  readonly onResumed?: () => void;
  /** It is gone; all of its calls were told. */
  readonly onClosed?: (reason: Reset) => void;
}

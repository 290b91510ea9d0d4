import type { Code } from "@dualmesh/core";
import type { XdsTarget } from "./xds-target.ts";

/** One stream to a control plane, as bytes of protobuf messages; what carries it is not the client's affair. */
export interface XdsStream {
  /** Sends one message. Called after `onOpen` only; without effect after the end. */
  send(bytes: Uint8Array): void;
  /** Stops delivery until `resume`; what is under way may still come. */
  pause(): void;
  resume(): void;
  /** Gives the stream up. `onEnd` is not called for it. */
  end(): void;
}

export interface XdsStreamHandlers {
  /** The peer is connected: requests may be sent. */
  onOpen(): void;
  /** One message, whole. The bytes may be part of a larger buffer. */
  onMessage(bytes: Uint8Array): void;
  /** The stream is over, or was never opened. Called once, and nothing after it. */
  onEnd(status: XdsStreamStatus): void;
}

export interface XdsStreamStatus {
  readonly code: Code;
  /** For people; empty if there is nothing to say. */
  readonly message: string;
}

/** How streams are opened. Must not call a handler before it returns. */
export type OpenXdsStream = (target: XdsTarget, handlers: XdsStreamHandlers) => XdsStream;

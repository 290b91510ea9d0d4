import type { XdsStreamStatus } from "./xds-stream.ts";

/** How often servers are pinged, and what they have said to it. */
export interface Keepalive {
  /** Milliseconds between pings to a server. */
  intervalMs(address: string): number;
  /** Notes how a stream ended. */
  ended(address: string, status: XdsStreamStatus): void;
}

/** The shortest interval that every gRPC server allows by default. */
const LONGEST_MS = 300_000;

/**
 * Starts with one interval for all servers, and doubles it for those that end a stream because of too many pings.
 *
 * @see gRFC A8, "Client-side Keepalive"
 */
export function createKeepalive(initialMs: number): Keepalive {
  const learned = new Map<string, number>();
  const intervalMs = (address: string): number => learned.get(address) ?? initialMs;
  return {
    intervalMs,
    ended(address, { code, message }) {
      // HTTP/2's ENHANCE_YOUR_CALM, as grpc-js translates it. Its complaint about long messages has the same code.
      if (code !== "RESOURCE_EXHAUSTED" || message.includes("larger than max")) return;
      learned.set(address, Math.max(initialMs, Math.min(2 * intervalMs(address), LONGEST_MS)));
    },
  };
}

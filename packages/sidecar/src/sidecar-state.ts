/**
 * Envoy's states of a server.
 *
 * ```text
 * PRE_INITIALIZING ─the control plane has answered─► INITIALIZING ─all listeners accept─► LIVE ◄─► DRAINING
 * ```
 * `DRAINING`: it finishes what it has, or an operator has it fail its health check.
 */
export type SidecarState = "PRE_INITIALIZING" | "INITIALIZING" | "LIVE" | "DRAINING";

/** The state, and what it waits for. */
export interface SidecarStatus {
  readonly state: SidecarState;
  /** One sentence; absent where there is nothing to say. */
  readonly reason?: string;
}

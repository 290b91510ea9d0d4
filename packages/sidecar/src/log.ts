/** Something worth a line in a log. */
export interface SidecarEvent {
  readonly level: "info" | "warning" | "error";
  /** What it is about, for programs. */
  readonly kind: SidecarEventKind;
  /** One sentence for people. */
  readonly message: string;
}

export type SidecarEventKind =
  | "listener-open"
  | "listener-failed"
  | "listener-drains"
  | "control-plane"
  | "resource-refused"
  | "state";

/** Takes events as they happen. Must not throw. */
export type Log = (event: SidecarEvent) => void;

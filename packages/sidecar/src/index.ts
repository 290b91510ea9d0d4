// For those who run a sidecar.

export { checkSidecar } from "./check-sidecar.ts";
export { createSidecar } from "./create-sidecar.ts";
// For those who look into one.
export type { Log, SidecarEvent, SidecarEventKind } from "./log.ts";
export type { Sidecar, SidecarListener, SidecarOptions } from "./sidecar.ts";
export type { SidecarState, SidecarStatus } from "./sidecar-state.ts";

// For those who run a control plane.

export type { AdminOptions } from "./admin/admin-server.ts";
export { ConfigurationError } from "./configuration-error.ts";
export type { ControlPlane, ControlPlaneConfig, ControlPlaneOptions, FolderConfig } from "./control-plane.ts";
export type {
  ControlPlaneEvent,
  LoadedEvent,
  NackEvent,
  NodeConnectedEvent,
  RefusedEvent,
  WatchLostEvent,
  WorkloadEvent,
} from "./control-plane-event.ts";
export { createControlPlane } from "./create-control-plane.ts";
export { type Validation, validateFiles } from "./validate-files.ts";
export type { ResourceSet } from "./view/parse-resource-set.ts";

// For applications.
export type { BootstrapInput } from "./bootstrap.ts";
// For entry points of their own.
export { checkEnvironment } from "./check-environment.ts";
export { type MeshEnvironment, type OutboundPolicy, readEnvironment } from "./environment.ts";
export type {
  GrpcCall,
  GrpcCallCredentials,
  GrpcChannel,
  GrpcChannelCredentials,
  GrpcChannelRef,
  GrpcListener,
  GrpcMessageContext,
  GrpcMetadata,
  GrpcParentCall,
  GrpcStatusObject,
} from "./grpc/channel-contract.ts";
export type { GrpcChannelOptions } from "./grpc/channel-options.ts";
export type { AppServer } from "./install-accept.ts";
export { createMesh, type Mesh } from "./mesh.ts";
export type { MeshOptions } from "./mesh-options.ts";
export type { SidecarInfo } from "./mode/handshake.ts";
export type { Mode, OnSidecarLoss } from "./mode/mode.ts";
export type { MeshMode } from "./mode/mode-controller.ts";
export { type CallPath, SIDECAR_PERCENT_KEY } from "./mode/path-chooser.ts";
export { type RuntimeFolderOptions, runtimeFolder, sidecarSocket } from "./mode/sidecar-address.ts";
export type { Presence } from "./mode/sidecar-presence.ts";
export { openFromEnvironment } from "./open-from-environment.ts";
export { type Publication, type PublicationOptions, publishWorkload } from "./publication.ts";
export { type SimpleBootstrapOptions, simpleBootstrap } from "./simple-bootstrap.ts";

// For those who consume configuration.

export {
  type ConnectionStatus,
  formatXdsStatus,
  type ResourceStatus,
  type TypeStatus,
  type XdsClientStatus,
} from "./client/client-status.ts";
export { createXdsClient, type XdsClient, type XdsClientOptions } from "./client/xds-client.ts";
export {
  formatTarget,
  type PemSource,
  rotateTargets,
  sameTarget,
  type TargetOptions,
  type TcpTarget,
  type UnixTarget,
  type XdsTarget,
  type XdsTls,
} from "./client/xds-target.ts";
export { mergeSources } from "./source/merge-sources.ts";
export { createStaticSource, type StaticSource, type StaticSourceOptions } from "./source/static-source.ts";
export type { Adopted, AdoptedFailure, AdoptedValue } from "./view/adopted.ts";
export type { ConfigChange, ConfigSnapshot } from "./view/config-snapshot.ts";
export {
  type ConfigListener,
  type ConfigRoot,
  type ConfigView,
  type ConfigViewOptions,
  createConfigView,
  type PendingConfig,
} from "./view/config-view.ts";
export type { XdsNode } from "./xds-node.ts";

// For those who bring types of resources, or another source of them.

export type { Invalid, Missing, Present, Rejection, ResourceState, Waiting } from "./resource-state.ts";
export type {
  AnyResourceType,
  Parsed,
  ParsedProblems,
  ParsedValue,
  Reference,
  ResourceType,
} from "./resource-type.ts";
export type { AllWatcher, ResourceSource, ResourceWatcher } from "./source/resource-source.ts";
export { isFullStateType, shortTypeName } from "./type-url.ts";

// For those who bring a transport, and for tests.

export { type GrpcStreamOptions, openGrpcStream } from "./client/grpc-stream.ts";
export type { OpenXdsStream, XdsStream, XdsStreamHandlers, XdsStreamStatus } from "./client/xds-stream.ts";

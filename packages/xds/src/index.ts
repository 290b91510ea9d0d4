// For those who consume configuration.

export {
  type ConnectionStatus,
  formatXdsStatus,
  type ResourceStatus,
  type TypeStatus,
  type XdsClientStatus,
} from "./client/client-status.ts";
export { type GrpcStreamOptions, openGrpcStream } from "./client/grpc-stream.ts";
export { createXdsClient, type XdsClient, type XdsClientOptions } from "./client/xds-client.ts";
// For those who bring a transport, and for tests.
export type { OpenXdsStream, XdsStream, XdsStreamHandlers, XdsStreamStatus } from "./client/xds-stream.ts";
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
export type { Invalid, Missing, Present, Rejection, ResourceState, Waiting } from "./resource-state.ts";
// For those who bring types of resources.
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
export type { XdsNode } from "./xds-node.ts";

// For those who serve configuration.

export type { XdsNode } from "../xds-node.ts";
export type { Listening, ListenOptions, ListenTcp, ListenUnix, ServerTls } from "./listen-grpc.ts";
export { formatNodeStatus, type NodeStatus, type NodeTypeStatus } from "./server-status.ts";
export {
  createSnapshot,
  type ResourceName,
  type Snapshot,
  type SnapshotOptions,
  type SnapshotResource,
} from "./snapshot.ts";
export type { Nack } from "./subscription.ts";
export type { VariantName } from "./variant.ts";
export { createXdsServer, type NackReport, type XdsServer, type XdsServerOptions } from "./xds-server.ts";

// For those who bring a transport, or look into snapshots.

export type { XdsGrpcService } from "./grpc-service.ts";
export type { ResourceTable, TableResource } from "./resource-table.ts";
export type { XdsServerStream, XdsServerStreamHandlers } from "./server-stream.ts";

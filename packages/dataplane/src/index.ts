// For those who run a data plane.

// The pieces that sidecar and SDK stand on.
export { type AdminAnswer, type AdminClient, createAdminClient } from "./admin-client.ts";
export { DYNAMIC_METADATA, FILTER_STATE } from "./call-facts.ts";
export type { ClusterStatus, EndpointState } from "./cluster/cluster-status.ts";
export type { ClusterPlan, Discovery } from "./compile/cluster.ts";
export type {
  ConnectionManagerPlan,
  PathRules,
  RouteSource,
  ServerField,
} from "./compile/connection-manager.ts";
export type { EndpointPlan, EndpointsPlan } from "./compile/endpoints.ts";
export type { ChainMatch, FilterChainPlan } from "./compile/filter-chain.ts";
export { filterSettingText } from "./compile/filter-settings.ts";
export type { Direction, ListenerPlan } from "./compile/listener.ts";
export { type DataPlaneTypes, dataPlaneTypes } from "./compile/resource-types.ts";
export type { HostExtra, RoutesPlan } from "./compile/routes.ts";
export {
  type ConfigWarning,
  createDataPlane,
  type DataPlane,
  type DataPlaneOptions,
  type RuntimeLayerSource,
} from "./data-plane.ts";
// For those who extend it.
export {
  createExtensionRegistry,
  type Extension,
  type ExtensionRegistry,
} from "./extensions/extension-registry.ts";
export type { AnswerHook, FilterContext, HttpFilterFactory } from "./extensions/http-filter-factory.ts";
export { DOWNSTREAM, type Downstream, downstreamOf } from "./http/downstream.ts";
export { EXECUTION_HEADER, stateExecution } from "./http/execution-mark.ts";
export { grpcReply } from "./http/grpc-reply.ts";
export { HOP_HEADER } from "./http/hop-header.ts";
export { createHttpServer, type HttpServer, type HttpServerOptions } from "./http/http-server.ts";
export { signAnswer } from "./http/sign-answer.ts";
export type { Wire } from "./http/wire.ts";
export { fromH2Fields, toH2Fields } from "./http2/h2-fields.ts";
export { type Arrival, chooseChain } from "./listener/choose-chain.ts";
export { type InspectOptions, inspectClient } from "./listener/inspect-client.ts";
export type { Listener } from "./listener/running-listener.ts";
export { locateProblem } from "./node/locate-problem.ts";
export { nodeConfigFromGrpc } from "./node/node-config-from-grpc.ts";
export { type NodeSource, type NodeSourceOptions, openNodeSource } from "./node/open-node-source.ts";
export {
  isStatic,
  type NodeConfig,
  type NodeConfigOptions,
  readNodeConfig,
} from "./node/read-node-config.ts";
export {
  createNodeReporter,
  type NodeReporter,
  type NodeReporterOptions,
  type NodeState,
  readInterval,
} from "./observation/node-reporter.ts";
export { HASH_KEY, type HashKey } from "./router/hash-key.ts";
export { KEEPALIVE } from "./router/keepalive.ts";
export { MUST_ENCRYPT } from "./router/must-encrypt.ts";
export type { Runtime } from "./runtime.ts";
export { type TlsChain, TlsTerminator, type TlsTerminatorOptions } from "./tls/tls-terminator.ts";
export { addressKey, type EndpointAddress } from "./transport/endpoint-address.ts";
export { createHttp1Transport } from "./transport/http1/http1-transport.ts";
export { createHttp2Transport } from "./transport/http2/http2-transport.ts";
export type { KeepaliveOptions } from "./transport/http2/keepalive.ts";
export type { AttemptFailure, AttemptObserver, OpenAttempt, Transport } from "./transport/transport.ts";
export type { TransportOptions } from "./transport/transport-options.ts";
export { transportService } from "./transport/transport-service.ts";

// For those who call and offer services.

export { type BoltClientOptions, createBoltClient } from "./bolt/bolt-client.ts";
export type { BoltProtocolOptions } from "./bolt/client-protocol.ts";
export type { HeaderInput } from "./call-binding.ts";
export type { DubboProtocolOptions } from "./dubbo/client-protocol.ts";
export { createDubboClient, type DubboClientOptions } from "./dubbo/dubbo-client.ts";
export type { ListenAddress, RpcServer, RpcServerOptions } from "./frame-server.ts";
export { type Handlers, implement, type ServerCall, type ServiceImplementation } from "./implement.ts";
export {
  createBoltServer,
  createDubboServer,
  createRpcServer,
  type FrameServiceOptions,
  type ServicesOptions,
} from "./rpc-server.ts";
export type {
  GenericOptions,
  GenericService,
  RpcCallOptions,
  RpcClient,
  RpcClientOptions,
  ServiceClient,
} from "./service-client.ts";
export {
  type ArgumentsOf,
  defineService,
  type MethodDefinition,
  type Methods,
  type ResultOf,
  type ServiceDefinition,
  type ServiceOptions,
} from "./service-definition.ts";

// For those who build on connections: frames as requests, of any codec.

export { type CallSlots, createCallSlots } from "./call-slots.ts";
export { ClientConnection } from "./client-connection.ts";
export type { ClientConnectionOptions } from "./client-connection-options.ts";
export type { ConnectionLimits } from "./connection-limits.ts";
export { frameOf } from "./frame-body.ts";
export { codecOf, frameRequest, requestFrame } from "./frame-request.ts";
export { frameOutcome, frameResponse, responseFrame } from "./frame-response.ts";
export { GOAWAY_HEADER, type GoawayPolicy } from "./goaway.ts";
export type { HeartbeatOptions } from "./heartbeat.ts";
export { type PeerAddress, parseAddress } from "./peer-address.ts";
export type { ReconnectBackoffOptions } from "./reconnect-backoff.ts";
export {
  type ChannelHandle,
  createRpcChannel,
  type RpcChannel,
  type RpcChannelOptions,
} from "./rpc-channel.ts";
export type { CallObserver, SentCall } from "./sent-call.ts";
export { type ServeConnectionOptions, type ServedConnection, serveConnection } from "./serve-connection.ts";

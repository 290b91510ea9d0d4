// For those who build on connections: frames as requests, any codec.

export { type CallSlots, createCallSlots } from "./call-slots.ts";
export { ClientConnection } from "./client-connection.ts";
export type { ClientConnectionOptions } from "./client-connection-options.ts";
export type { ConnectionLimits } from "./connection-limits.ts";
export { frameOf } from "./frame-body.ts";
export { codecOf, frameRequest, requestFrame } from "./frame-request.ts";
export { frameOutcome, frameResponse, responseFrame } from "./frame-response.ts";
export { GOAWAY_HEADER, type GoawayPolicy } from "./goaway.ts";
export type { HeartbeatOptions } from "./heartbeat.ts";
export { httpStatusOf } from "./http-status.ts";
export { type PeerAddress, parseAddress } from "./peer-address.ts";
export type { ReconnectBackoffOptions } from "./reconnect-backoff.ts";
export {
  type ChannelHandle,
  createRpcChannel,
  type RpcChannel,
  type RpcChannelOptions,
} from "./rpc-channel.ts";
export {
  createFrameServer,
  type FrameServerOptions,
  type ListenAddress,
  type RpcServer,
  type RpcServerOptions,
} from "./rpc-server.ts";
export type { CallObserver, SentCall } from "./sent-call.ts";
export { type ServeConnectionOptions, type ServedConnection, serveConnection } from "./serve-connection.ts";

// For those who read and write messages.

export { frameMessage } from "./frame-message.ts";
export {
  type GrpcFrameError,
  GrpcMessageDecoder,
  type GrpcMessageDecoderOptions,
} from "./message-decoder.ts";
export { type GrpcStatus, grpcStatus } from "./status.ts";

// For those who build clients, servers and proxies on the parts.

export {
  compressMessage,
  decompressMessage,
  GRPC_ACCEPT_ENCODING,
  isMessageEncoding,
  type MessageEncoding,
} from "./compression.ts";
export { decodeStatusMessage, encodeStatusMessage } from "./status-message.ts";
export { formatGrpcTimeout, parseGrpcTimeout } from "./timeout.ts";

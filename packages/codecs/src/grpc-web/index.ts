// For those who read and write bodies.

export { type GrpcWebMode, grpcWebMode } from "./mode.ts";
export { GrpcWebDecoder, type GrpcWebDecoderOptions, type GrpcWebSink } from "./web-decoder.ts";
export { GrpcWebEncoder } from "./web-encoder.ts";

// For those who build proxies between gRPC-Web and gRPC.

export {
  grpcContentType,
  grpcRequestHeaders,
  grpcResponseHeaders,
  grpcWebContentType,
  grpcWebRequestHeaders,
  grpcWebResponseHeaders,
} from "./head.ts";
export { readWebTrailers, writeWebTrailers } from "./trailers.ts";

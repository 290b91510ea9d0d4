export { ClientConnection } from "./client-connection.ts";
export type { ClientStream, ClientStreamObserver, StreamReset } from "./client-stream.ts";
export type { ClientConnectionObserver } from "./connection-observer.ts";
export type { ClientConnectionOptions } from "./connection-options.ts";
export { ErrorCode, type Http2Error } from "./error-code.ts";

// For those who build on the parts.

export { HeaderDecoder, type HeaderDecoderError, type HeaderDecoderOptions } from "./header-decoder.ts";
export { HeaderEncoder } from "./header-encoder.ts";

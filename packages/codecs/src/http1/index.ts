// For those who read and write messages.

export type { Framing, Http1RequestHead, Http1ResponseHead } from "./head.ts";
export {
  createRequestDecoder,
  createResponseDecoder,
  type MessageDecoder,
  type ResponseDecoder,
} from "./message-decoder.ts";
export type { MessageSink } from "./message-sink.ts";
export type { ProtocolError } from "./protocol-error.ts";
export { ENVOY, type Http1Rules, STRICT } from "./rules.ts";
export { parseTarget, type Target } from "./target.ts";
export { fieldLines, writeRequestHead, writeResponseHead, writeTrailers } from "./write-head.ts";

// For those who build on the parts.

export { ChunkedDecoder } from "./chunked-decoder.ts";
export { checkField, isToken } from "./field-syntax.ts";
export { FAILED, HeadScanner, INCOMPLETE } from "./head-scanner.ts";
export { reasonPhrase } from "./reason-phrase.ts";
export { TextHeaders } from "./text-headers.ts";

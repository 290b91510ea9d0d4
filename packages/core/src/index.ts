// For those who write services and filters.

export { type Attribute, createAttribute } from "./attribute.ts";
export {
  type Body,
  type BodySink,
  type BytesBody,
  bytesBody,
  NO_BODY,
  type NoBody,
  type StreamBody,
} from "./body.ts";
export { BodyPipe, type BodyPipeOptions } from "./body-pipe.ts";
export { type Call, type CallOptions, createCall } from "./call.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { Exchange, LocalReply, RequestHead, ResponseHead } from "./head.ts";
export { createHeaders, type Headers } from "./headers.ts";
export { type LocalReplyOptions, localReply, resetReply } from "./local-reply.ts";
export { MeshError, type MeshErrorOptions } from "./mesh-error.ts";
export type { Request, Response } from "./message.ts";
export { type Counter, type Gauge, type Histogram, type Metrics, noMetrics } from "./metrics.ts";
export { type Outcome, resetOutcome, responseOutcome } from "./outcome.ts";
export { OWN_CONNECTION } from "./own-connection.ts";
export { type Random, systemRandom } from "./random.ts";
export { discardBody, type ReadBodyOptions, readBody, type WholeBody, wholeBody } from "./read-body.ts";
export { CANCELLED, type Reset, resetError, toReset } from "./reset.ts";
export type { Filter, Service } from "./service.ts";
export { type Stack, stack } from "./stack.ts";

// For those who build data planes.

export { asBytes, asText } from "./as-bytes.ts";
export {
  CODES,
  type Code,
  codeFromHttpStatus,
  codeFromNumber,
  codeNumber,
  httpStatusFromCode,
} from "./code.ts";
export { Disposals } from "./disposals.ts";
export { type Execution, isIdempotentMethod } from "./execution.ts";
export { compileFormat, type Format, type FormatContext } from "./format.ts";
export { grpcOutcome } from "./grpc-outcome.ts";
export { missingName } from "./missing-name.ts";
export { RESPONSE_FLAGS, type ResponseFlag } from "./response-flag.ts";
export type { RouteEntry } from "./route-entry.ts";
export { createTicketPool, type Ticket, type TicketPool } from "./ticket.ts";
export { createTimerWheel, type TimerWheel, type TimerWheelOptions, type WheelTimer } from "./timer-wheel.ts";
export { WRITTEN } from "./written.ts";
export { type Hash64, hashModulo, xxhash64 } from "./xxhash64.ts";

import type { Code } from "@dualmesh/core";

/**
 * The status of a response. An exception of the application is `ok`.
 *
 * @see org.apache.dubbo.remoting.exchange.Response
 */
export const DUBBO_STATUS = {
  ok: 20,
  serializationError: 25,
  clientTimeout: 30,
  serverTimeout: 31,
  channelInactive: 35,
  badRequest: 40,
  badResponse: 50,
  serviceNotFound: 60,
  serviceError: 70,
  serverError: 80,
  clientError: 90,
  threadPoolExhausted: 100,
} as const;

/** Java's client knows the two timeouts and the serialization error; all others are a RemotingException, with their text. */
const STATUS_BY_CODE: Readonly<Record<Code, number>> = {
  // No refusal.
  OK: DUBBO_STATUS.serverError,
  CANCELLED: DUBBO_STATUS.clientError,
  UNKNOWN: DUBBO_STATUS.serviceError,
  INVALID_ARGUMENT: DUBBO_STATUS.badRequest,
  DEADLINE_EXCEEDED: DUBBO_STATUS.serverTimeout,
  NOT_FOUND: DUBBO_STATUS.serviceNotFound,
  UNIMPLEMENTED: DUBBO_STATUS.serviceNotFound,
  RESOURCE_EXHAUSTED: DUBBO_STATUS.threadPoolExhausted,
  UNAVAILABLE: DUBBO_STATUS.channelInactive,
  DATA_LOSS: DUBBO_STATUS.badResponse,
  INTERNAL: DUBBO_STATUS.serverError,
  // Nothing in Dubbo says these.
  ALREADY_EXISTS: DUBBO_STATUS.serviceError,
  PERMISSION_DENIED: DUBBO_STATUS.serviceError,
  UNAUTHENTICATED: DUBBO_STATUS.serviceError,
  FAILED_PRECONDITION: DUBBO_STATUS.serviceError,
  ABORTED: DUBBO_STATUS.serviceError,
  OUT_OF_RANGE: DUBBO_STATUS.serviceError,
};

const CODE_BY_STATUS: Readonly<Record<number, Code>> = {
  [DUBBO_STATUS.ok]: "OK",
  [DUBBO_STATUS.serializationError]: "INTERNAL",
  [DUBBO_STATUS.clientTimeout]: "DEADLINE_EXCEEDED",
  [DUBBO_STATUS.serverTimeout]: "DEADLINE_EXCEEDED",
  [DUBBO_STATUS.channelInactive]: "UNAVAILABLE",
  [DUBBO_STATUS.badRequest]: "INVALID_ARGUMENT",
  [DUBBO_STATUS.badResponse]: "DATA_LOSS",
  [DUBBO_STATUS.serviceNotFound]: "UNIMPLEMENTED",
  [DUBBO_STATUS.serviceError]: "UNKNOWN",
  [DUBBO_STATUS.serverError]: "INTERNAL",
  [DUBBO_STATUS.clientError]: "CANCELLED",
  [DUBBO_STATUS.threadPoolExhausted]: "RESOURCE_EXHAUSTED",
};

/** The status that tells a client of Dubbo why nobody answered it. */
export function dubboStatusOf(code: Code): number {
  return STATUS_BY_CODE[code];
}

/** What a status says of the server; `UNKNOWN` for one that nobody knows. */
export function codeOfDubboStatus(status: number): Code {
  return CODE_BY_STATUS[status] ?? "UNKNOWN";
}

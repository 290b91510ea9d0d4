import type { Code } from "@dualmesh/core";

/**
 * The status of a response. The last three are hexadecimal in Java, too: 16 to 18.
 *
 * @see com.alipay.remoting.ResponseStatus
 */
export const BOLT_STATUS = {
  success: 0,
  error: 1,
  serverException: 2,
  unknown: 3,
  serverBusy: 4,
  connectionError: 5,
  noProcessor: 6,
  timeout: 7,
  clientSendError: 8,
  codecException: 9,
  connectionClosed: 0x10,
  serverSerialException: 0x11,
  serverDeserialException: 0x12,
} as const;

/**
 * What a client is told that nobody upstream answered. Java's client makes an exception of its own of each status but
 * `error` and `unknown`, without looking at class or content, which are empty; `serverException` it would look into.
 */
const STATUS_BY_CODE: Readonly<Record<Code, number>> = {
  // No refusal.
  OK: BOLT_STATUS.unknown,
  UNKNOWN: BOLT_STATUS.unknown,
  CANCELLED: BOLT_STATUS.connectionClosed,
  INVALID_ARGUMENT: BOLT_STATUS.codecException,
  DEADLINE_EXCEEDED: BOLT_STATUS.timeout,
  NOT_FOUND: BOLT_STATUS.noProcessor,
  UNIMPLEMENTED: BOLT_STATUS.noProcessor,
  RESOURCE_EXHAUSTED: BOLT_STATUS.serverBusy,
  UNAVAILABLE: BOLT_STATUS.connectionError,
  // Nothing in Bolt says these.
  ALREADY_EXISTS: BOLT_STATUS.error,
  PERMISSION_DENIED: BOLT_STATUS.error,
  UNAUTHENTICATED: BOLT_STATUS.error,
  FAILED_PRECONDITION: BOLT_STATUS.error,
  ABORTED: BOLT_STATUS.error,
  OUT_OF_RANGE: BOLT_STATUS.error,
  INTERNAL: BOLT_STATUS.error,
  DATA_LOSS: BOLT_STATUS.codecException,
};

const CODE_BY_STATUS: Readonly<Record<number, Code>> = {
  [BOLT_STATUS.success]: "OK",
  [BOLT_STATUS.error]: "INTERNAL",
  [BOLT_STATUS.serverException]: "INTERNAL",
  [BOLT_STATUS.unknown]: "UNKNOWN",
  [BOLT_STATUS.serverBusy]: "RESOURCE_EXHAUSTED",
  [BOLT_STATUS.connectionError]: "UNAVAILABLE",
  [BOLT_STATUS.noProcessor]: "UNIMPLEMENTED",
  [BOLT_STATUS.timeout]: "DEADLINE_EXCEEDED",
  [BOLT_STATUS.clientSendError]: "UNAVAILABLE",
  [BOLT_STATUS.codecException]: "INVALID_ARGUMENT",
  [BOLT_STATUS.connectionClosed]: "UNAVAILABLE",
  [BOLT_STATUS.serverSerialException]: "INTERNAL",
  [BOLT_STATUS.serverDeserialException]: "INVALID_ARGUMENT",
};

/** The status that tells a client of Bolt why nobody answered it. */
export function boltStatusOf(code: Code): number {
  return STATUS_BY_CODE[code];
}

/** What a status says of the server; `UNKNOWN` for one that nobody knows. */
export function codeOfBoltStatus(status: number): Code {
  return CODE_BY_STATUS[status] ?? "UNKNOWN";
}

/**
 * The status codes of gRPC, which all protocols here share: they decide retries and the mapping to a wire.
 *
 * @see https://grpc.github.io/grpc/core/md_doc_statuscodes.html
 */
export type Code = (typeof CODES)[number];

/** In wire order: the index of a code is its number in `grpc-status`. */
export const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/** The number of a code on the wire, 0 to 16. */
export function codeNumber(code: Code): number {
  return CODES.indexOf(code);
}

/** The code for a number from the wire; anything unknown is `UNKNOWN`, as gRPC's libraries have it. */
export function codeFromNumber(number: number): Code {
  return CODES[number] ?? "UNKNOWN";
}

/**
 * The code that a client sees for a plain HTTP status.
 *
 * @see gRPC, "HTTP to gRPC Status Code Mapping"
 */
export function codeFromHttpStatus(status: number): Code {
  if (status >= 200 && status < 300) return "OK";
  switch (status) {
    case 400:
      return "INTERNAL";
    case 401:
      return "UNAUTHENTICATED";
    case 403:
      return "PERMISSION_DENIED";
    case 404:
      return "UNIMPLEMENTED";
    case 429:
    case 502:
    case 503:
    case 504:
      return "UNAVAILABLE";
    default:
      return "UNKNOWN";
  }
}

/** @see google/rpc/code.proto. 404 where that has 501: what nobody serves is not there, and may be asked elsewhere. */
const HTTP_STATUS: Readonly<Record<Code, number>> = {
  OK: 200,
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 404,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** The HTTP status for a code, for those who judge calls of other protocols by it, or tell clients of HTTP. */
export function httpStatusFromCode(code: Code): number {
  return HTTP_STATUS[code];
}

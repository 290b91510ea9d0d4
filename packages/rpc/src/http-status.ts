import type { Code } from "@dualmesh/core";

/** So that filters which judge by HTTP's status judge these protocols as they judge gRPC's codes. */
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
  DATA_LOSS: 502,
  UNAUTHENTICATED: 401,
};

/** HTTP's status for a code, 200 to 504: what `codeFromHttpStatus` reads as that code again, where it can. */
export function httpStatusOf(code: Code): number {
  return HTTP_STATUS[code];
}

import { type Code, codeNumber } from "@dualmesh/core";

/** @see google/rpc/code.proto. 404 where that has 501: a path that nobody serves. */
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

/** The status of HTTP for a code. */
export function httpStatusOf(code: Code): number {
  return HTTP_STATUS[code];
}

/** Why a call has no result. */
export interface CallFailure {
  readonly code: Code;
  /** One sentence. */
  readonly message: string;
  /** The exception that the method threw: `com.example.GreeterException`. */
  readonly javaException?: string;
  /** The interface in Java. */
  readonly service?: string;
}

/** A `google.rpc.Status` as JSON; an exception is a `google.rpc.ErrorInfo` among its details. */
export function statusJson({ code, message, javaException, service = "" }: CallFailure): string {
  const details =
    javaException === undefined
      ? []
      : [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "JAVA_EXCEPTION",
            domain: service,
            metadata: { className: javaException },
          },
        ];
  return JSON.stringify({ code: codeNumber(code), message, details });
}

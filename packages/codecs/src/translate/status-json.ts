import { type Code, codeNumber } from "@dualmesh/core";

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

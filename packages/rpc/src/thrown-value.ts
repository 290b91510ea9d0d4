import { JavaError, JavaObject, throwable } from "@dualmesh/codecs/hessian";

/** Causes beyond this are cut. */
const MAX_CAUSES = 32;

/** The `Throwable` that a handler threw for its client; `undefined` for errors that are none of Java's. */
export function thrownThrowable(error: unknown): JavaObject | undefined {
  if (error instanceof JavaObject) return error;
  return error instanceof JavaError ? throwableOf(error, 0) : undefined;
}

/** Without its stack, in Java or in Node: that is nobody's business but the server's. */
function throwableOf(error: JavaError, depth: number): JavaObject {
  const { className, message, fields, cause } = error;
  return throwable(className, message, {
    fields: Object.fromEntries(fields),
    ...(cause instanceof JavaError && depth < MAX_CAUSES && { cause: throwableOf(cause, depth + 1) }),
  });
}

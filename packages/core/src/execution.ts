/**
 * Whether a request that failed may have had an effect.
 *
 * - `executed`: an upstream answered.
 * - `not-executed`: it was never handed to an upstream, or the upstream said that it did not begin. Safe to send again.
 * - `in-doubt`: it was (partly) sent and no answer came. Safe to send again only if it is idempotent.
 *
 * A call is *lost* when it got neither an answer nor one of the last two.
 */
export type Execution = "executed" | "not-executed" | "in-doubt";

/** Methods that may be sent again without asking (RFC 9110, section 9.2.2). */
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** Whether a method is idempotent by definition. Methods are case-sensitive: `get` is not GET. */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/**
 * When an attempt may be repeated. Envoy's names and meaning, but for the last one, which is ours.
 *
 * | condition | repeats |
 * |---|---|
 * | `5xx` | any 5xx, and every reset |
 * | `gateway-error` | 502, 503, 504, and every reset |
 * | `reset` | every reset: no response head came |
 * | `reset-before-request` | resets before any byte of the request was sent |
 * | `connect-failure` | no connection came about |
 * | `refused-stream` | the upstream says that it did not begin (HTTP/2 REFUSED_STREAM) |
 * | `retriable-4xx` | 409 |
 * | `retriable-status-codes` | what the policy lists |
 * | `retriable-headers` | what the policy's predicate finds in the response head |
 * | `envoy-ratelimited` | responses with `x-envoy-ratelimited`, which nothing else repeats |
 * | `cancelled` … `unavailable` | that `grpc-status` in the response *head* |
 * | `reset-idempotent` | resets of requests that may be sent twice, or that were not executed |
 *
 * @see Envoy, "Router", x-envoy-retry-on, x-envoy-retry-grpc-on
 */
export type RetryCondition = HttpRetryCondition | GrpcRetryCondition;

export type HttpRetryCondition = (typeof HTTP_CONDITIONS)[number];

export type GrpcRetryCondition = (typeof GRPC_CONDITIONS)[number];

/** What `x-envoy-retry-on` takes. */
export const HTTP_CONDITIONS = [
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "refused-stream",
  "retriable-4xx",
  "retriable-status-codes",
  "retriable-headers",
  "envoy-ratelimited",
  "reset-idempotent",
] as const;

/** What `x-envoy-retry-grpc-on` takes. */
export const GRPC_CONDITIONS = [
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
] as const;

const ALL_CONDITIONS: readonly RetryCondition[] = [...HTTP_CONDITIONS, ...GRPC_CONDITIONS];

/** A list of conditions, as it was understood. */
export interface RetryOn {
  readonly conditions: readonly RetryCondition[];
  /** What is no condition. Ignored, as Envoy ignores it: a newer control plane may know more. */
  readonly unknown: readonly string[];
}

/** Reads `"5xx, reset,unavailable"`: commas separate, white space and empty parts do not count, case does. */
export function parseRetryOn(text: string, allowed: readonly RetryCondition[] = ALL_CONDITIONS): RetryOn {
  const conditions: RetryCondition[] = [];
  const unknown: string[] = [];
  for (const part of text.split(",")) {
    const name = part.trim();
    if (name === "") continue;
    const condition = allowed.find((known) => known === name);
    if (condition === undefined) unknown.push(name);
    else if (!conditions.includes(condition)) conditions.push(condition);
  }
  return { conditions, unknown };
}

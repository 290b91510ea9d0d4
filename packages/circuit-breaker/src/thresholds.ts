/** How much of each resource a cluster may use at once. Integers from 0, which refuses everything, to 4,294,967,295. */
export interface Thresholds {
  /** Connections to all endpoints together. Default 1024. */
  readonly maxConnections?: number | undefined;
  /** Requests that wait for a connection. Default 1024. */
  readonly maxPendingRequests?: number | undefined;
  /** Requests under way, the waiting ones not counted. Default 1024. */
  readonly maxRequests?: number | undefined;
  /** Retries under way, their back-off included. Default 3. */
  readonly maxRetries?: number | undefined;
  /** Keep the `remaining_*` gauges, which cost an update for every ticket. Default `false`. */
  readonly trackRemaining?: boolean | undefined;
}

/** Envoy's routing priority of a request: each has thresholds of its own. Nothing to do with priorities of endpoints. */
export type RoutingPriority = "default" | "high";

/** What is limited. The index of a resource is its place in every table here. */
export const RESOURCES = ["connections", "pending", "requests", "retries"] as const;

export type Resource = (typeof RESOURCES)[number];

/** A number for each resource: limits, or what is in use. */
export type ResourceCounts = { readonly [R in Resource]: number };

const MAX_LIMIT = 4_294_967_295;

/**
 * The limits, with Envoy's defaults for what is missing.
 *
 * @throws {RangeError} naming the option.
 * @see Envoy, "Circuit breaking", `CircuitBreakers.Thresholds`
 */
export function resolveThresholds(thresholds: Thresholds = {}): ResourceCounts {
  return {
    connections: limit("maxConnections", thresholds.maxConnections, 1024),
    pending: limit("maxPendingRequests", thresholds.maxPendingRequests, 1024),
    requests: limit("maxRequests", thresholds.maxRequests, 1024),
    retries: limit("maxRetries", thresholds.maxRetries, 3),
  };
}

function limit(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (!Number.isInteger(value) || value < 0 || value > MAX_LIMIT) {
    throw new RangeError(`thresholds: ${name} must be an integer from 0 to ${MAX_LIMIT}, got ${value}`);
  }
  return value;
}

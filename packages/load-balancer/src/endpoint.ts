/**
 * How fit an endpoint is. `degraded`: usable, but only for what the healthy ones cannot take. `unhealthy`: used in panic
 * alone. Envoy's DRAINING and TIMEOUT are `unhealthy`, UNKNOWN is `healthy`.
 */
export type Health = "healthy" | "degraded" | "unhealthy";

/** What discovery says about one place that answers calls. Extend it with what your transport needs. */
export interface Endpoint {
  /** Who it is, over all updates: its address, with the hostname where one is configured. Unique in a cluster. */
  readonly key: string;
  /** Its share beside the others of its priority. Integer from 1 to 4,294,967,295. Default 1. */
  readonly weight?: number;
  /** 0 is used first; a higher number takes what the lower ones cannot. Integer from 0 to 127. Default 0. */
  readonly priority?: number;
  /** What discovery says of its health. Default `healthy`. */
  readonly health?: Health;
  /** The name of its locality (`region/zone/sub-zone`), for display and for policies that weigh localities. */
  readonly locality?: string;
}

/** An endpoint as the balancer sees it now. */
export interface EndpointStatus<E extends Endpoint> {
  readonly endpoint: E;
  /** What {@link PickRequest.tried} takes. Stays while the endpoint is listed or has picks out. */
  readonly index: number;
  /** The worst of what discovery and health checks say. */
  readonly health: Health;
  /** Picks that are out. */
  readonly active: number;
}

/** The worse of two opinions: an endpoint is healthy only where all agree, as Envoy has it. */
export function worseHealth(a: Health, b: Health): Health {
  if (a === "unhealthy" || b === "unhealthy") return "unhealthy";
  return a === "degraded" || b === "degraded" ? "degraded" : "healthy";
}

const MAX_WEIGHT = 4_294_967_295;
const MAX_PRIORITY = 127;

/**
 * Refuses what cannot be balanced over.
 *
 * @throws {RangeError} naming the endpoint.
 */
export function checkEndpoint(endpoint: Endpoint): void {
  const { key, weight = 1, priority = 0 } = endpoint;
  if (!Number.isInteger(weight) || weight < 1 || weight > MAX_WEIGHT) {
    throw new RangeError(
      `endpoint "${key}": its weight must be an integer from 1 to ${MAX_WEIGHT}, got ${weight}`,
    );
  }
  if (!Number.isInteger(priority) || priority < 0 || priority > MAX_PRIORITY) {
    throw new RangeError(
      `endpoint "${key}": its priority must be an integer from 0 to ${MAX_PRIORITY}, got ${priority}`,
    );
  }
}

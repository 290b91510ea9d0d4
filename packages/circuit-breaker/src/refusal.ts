import type { Ticket } from "@dualmesh/core";
import { RESOURCES, type Resource } from "./thresholds.ts";

/** Refusal: as many connections as are allowed are open. */
export const TOO_MANY_CONNECTIONS: Ticket = -1;
/** Refusal: as many requests as are allowed wait for a connection. */
export const TOO_MANY_PENDING: Ticket = -2;
/** Refusal: as many requests as are allowed are under way. */
export const TOO_MANY_REQUESTS: Ticket = -3;
/** Refusal: as many retries as are allowed are under way. */
export const TOO_MANY_RETRIES: Ticket = -4;

/** The refusal of a resource, by its place in {@link RESOURCES}. */
export function refusalOf(place: number): Ticket {
  return -1 - place;
}

/** Which resource a refusal speaks of; `undefined` for a ticket. */
export function refusedResource(refusal: Ticket): Resource | undefined {
  return RESOURCES[-1 - refusal];
}

import type { Ticket } from "@dualmesh/core";

/**
 * Who says whether one more retry may be under way: a budget, or the `maxRetries` threshold of a cluster. A retry is
 * under way from the decision to make it, through its back-off, until its result is known.
 */
export interface RetryLimit {
  /** A ticket, or a negative refusal. */
  tryAcquire(): Ticket;
  /** Takes a ticket back. One that comes twice is ignored. */
  complete(ticket: Ticket): void;
}

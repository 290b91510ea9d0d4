import type { Ticket } from "@dualmesh/core";

/** What a pick may depend on. */
export interface PickRequest {
  /** Now, by the clock of the call: for policies that judge by time. */
  readonly nowMs: number;
  /** Upper half of the call's 64-bit hash key, for policies that hash. */
  readonly hashHigh?: number;
  /** Lower half of the call's 64-bit hash key. */
  readonly hashLow?: number;
  /**
   * Indices of the endpoints that earlier attempts of this call had. Avoided as long as another usable endpoint is
   * left, if need be one of another priority.
   */
  readonly tried?: readonly number[];
}

/** Refusal: the cluster has no endpoint at all. */
export const NO_ENDPOINTS: Ticket = -1;
/** Refusal: there are endpoints, but none that may be used. Envoy's flag for it is `UH`. */
export const NO_HEALTHY: Ticket = -2;
/** Refusal: 1,048,576 picks are out. Somebody does not complete them. */
export const TOO_MANY_PICKS: Ticket = -3;

/** The answer of `pick`, for people; the chain calls `pickIndex`, which makes no object. */
export type Pick<E> =
  | { readonly kind: "ready"; readonly endpoint: E; readonly ticket: Ticket }
  /** Nobody has said yet what endpoints there are: wait for the first update. */
  | { readonly kind: "wait" }
  | { readonly kind: "fail"; readonly reason: string };

/** The sentence for a refusal. */
export function refusalReason(refusal: Ticket): string {
  switch (refusal) {
    case NO_ENDPOINTS:
      return "the cluster has no endpoints";
    case NO_HEALTHY:
      return "no healthy upstream";
    default:
      return "1048576 picks are out and none was completed";
  }
}

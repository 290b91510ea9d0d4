import type { SidecarOwner } from "../cast.ts";
import type { Flow } from "./flow.ts";

/** Fewer calls than this say nothing about a share. */
const ENOUGH = 4;

/**
 * The part of a workload's calls that left it (or came to it) by its sidecar, from 0 to 1. Exactly 0 where the sidecar
 * counted none, exactly 1 where it counted at least all that it must have; NaN where there were too few calls to tell.
 */
export function sidecarShare(flow: Flow, owner: SidecarOwner, way: "left" | "arrived"): number {
  const counted = flow[way][owner];
  if (counted === 0) return callsOf(flow, owner) === 0 ? Number.NaN : 0;
  const { calls, v1, v2 } = flow.surely;
  const sure = { web: calls, "orders-v1": v1, "orders-v2": v2 }[owner];
  if (sure < ENOUGH) return Number.NaN;
  return counted >= sure ? 1 : counted / sure;
}

/** Calls that a workload had a part in. */
export function callsOf({ calls, v1, v2 }: Flow, owner: SidecarOwner): number {
  return { web: calls, "orders-v1": v1, "orders-v2": v2 }[owner];
}

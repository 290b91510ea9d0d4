import type { SidecarOwner } from "../cast.ts";
import type { Counts, Traffic } from "../traffic/traffic.ts";
import type { SidecarCounters } from "./sidecar-counters.ts";

/** All counters at one moment, or nearly so: asking the sidecars takes milliseconds, in which calls go on. */
export interface Reading {
  readonly atMs: number;
  /** Before the sidecars were asked, and after. */
  readonly before: Counts;
  readonly counts: Counts;
  /** Calls without an answer after they were asked. */
  readonly open: number;
  readonly sidecars: Readonly<Record<SidecarOwner, SidecarCounters | undefined>>;
}

/** What went through the shop between two readings. */
export interface Flow {
  readonly seconds: number;
  /** Calls that ended. */
  readonly calls: number;
  readonly answered: number;
  readonly notExecuted: number;
  readonly inDoubt: number;
  readonly lost: number;
  readonly v1: number;
  readonly v2: number;
  /** Calls that surely began and ended in between: a sidecar which takes all calls has counted at least these. */
  readonly surely: { readonly calls: number; readonly v1: number; readonly v2: number };
  /** Calls that left a workload by its sidecar, and that came to it by its sidecar. */
  readonly left: Readonly<Record<SidecarOwner, number>>;
  readonly arrived: Readonly<Record<SidecarOwner, number>>;
  /** Milliseconds; NaN where nothing ended. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Modes are not asked for but seen: a call that a sidecar did not count did not go through it. */
export function flowBetween(before: Reading, after: Reading, traffic: Traffic): Flow {
  const [a, b] = [before.counts, after.counts];
  const answered = b.answered - a.answered;
  const notExecuted = b.notExecuted - a.notExecuted;
  const inDoubt = b.inDoubt - a.inDoubt;
  const lost = b.lost - a.lost;
  const grown = (owner: SidecarOwner, way: "outbound" | "inbound"): number => {
    const now = after.sidecars[owner]?.[way] ?? 0;
    const then = before.sidecars[owner]?.[way] ?? 0;
    // Another process than before counts from zero.
    return now < then ? now : now - then;
  };
  const each = (way: "outbound" | "inbound"): Readonly<Record<SidecarOwner, number>> => ({
    web: grown("web", way),
    "orders-v1": grown("orders-v1", way),
    "orders-v2": grown("orders-v2", way),
  });
  // Of the calls that were open at first, any may have been counted by a sidecar before.
  const surely = (ended: (counts: Counts) => number): number => ended(after.before) - ended(a) - before.open;
  const [p50Ms = Number.NaN, p99Ms = Number.NaN] = traffic.latencies.percentiles(
    [50, 99],
    before.atMs,
    after.atMs,
  );
  return {
    seconds: (after.atMs - before.atMs) / 1_000,
    calls: answered + notExecuted + inDoubt + lost,
    answered,
    notExecuted,
    inDoubt,
    lost,
    v1: b.v1 - a.v1,
    v2: b.v2 - a.v2,
    surely: {
      calls: surely((counts) => counts.answered + counts.notExecuted + counts.inDoubt + counts.lost),
      v1: surely((counts) => counts.v1),
      v2: surely((counts) => counts.v2),
    },
    left: each("outbound"),
    arrived: each("inbound"),
    p50Ms,
    p99Ms,
  };
}

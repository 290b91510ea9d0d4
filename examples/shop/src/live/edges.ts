import type { SidecarOwner } from "../cast.ts";
import type { Flow } from "../watch/flow.ts";
import { sidecarShare } from "../watch/sidecar-share.ts";
import type { Paint } from "./paint.ts";

/** Columns of one end of a connection. */
const LEG = 20;

/** Who talks to whom, and where the chain of each end runs: on the left the caller's, on the right the provider's. */
export function drawEdges(flow: Flow | undefined, paint: Paint): readonly string[] {
  const by = (owner: SidecarOwner, way: "left" | "arrived"): number =>
    flow === undefined ? Number.NaN : sidecarShare(flow, owner, way);
  const edge = (
    from: string,
    to: string,
    calls: number | undefined,
    left: number,
    arrived: number,
  ): string => {
    const rate = flow === undefined || calls === undefined ? "–" : (calls / flow.seconds).toFixed(0);
    // Without calls nothing is known of the way.
    const [out, into] = calls === 0 ? [Number.NaN, Number.NaN] : [left, arrived];
    return ` ${from.padEnd(10)} ${leg(out, paint)}▶${leg(into, paint)} ${to.padEnd(10)} ${rate.padStart(7)}`;
  };
  const head = ` ${"caller".padEnd(10)} ${"its end".padEnd(LEG + 1)}${"the other end".padEnd(LEG)} ${"callee".padEnd(10)} calls/s`;
  return [
    paint.dim(head),
    edge("web", "orders-v1", flow?.v1, by("web", "left"), by("orders-v1", "arrived")),
    edge("web", "orders-v2", flow?.v2, by("web", "left"), by("orders-v2", "arrived")),
    // inventory never looks for a sidecar.
    edge("orders-v1", "inventory", flow?.v1, by("orders-v1", "left"), 0),
    edge("orders-v2", "inventory", flow?.v2, by("orders-v2", "left"), 0),
  ];
}

/** One end: its chain runs in the process, in the sidecar, or in each for a part of the calls. */
function leg(bySidecar: number, paint: Paint): string {
  if (Number.isNaN(bySidecar)) return paint.dim("·".repeat(LEG));
  if (bySidecar === 1) return paint.sidecar("══ sidecar ".padEnd(LEG, "═"));
  if (bySidecar === 0) return paint.direct("── direct ".padEnd(LEG, "─"));
  return paint.warn(`── ${(bySidecar * 100).toFixed(0)} % sidecar `.padEnd(LEG, "─"));
}

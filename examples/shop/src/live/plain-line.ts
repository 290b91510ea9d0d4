import type { SidecarOwner } from "../cast.ts";
import type { Flow } from "../watch/flow.ts";
import { sidecarShare } from "../watch/sidecar-share.ts";
import type { Picture } from "./monitor.ts";
import { milliseconds } from "./paint.ts";

/** The picture in one line, for pipes and logs. */
export function plainLine({ seconds, flow, counts }: Picture): string {
  const time = `${seconds.toFixed(0).padStart(4)} s`;
  if (flow === undefined) return `${time}  …`;
  const { calls, v1, v2, p50Ms, p99Ms } = flow;
  const mode = (name: SidecarOwner): string => `${name} ${modeOf(sidecarShare(flow, name, "left"))}`;
  const share =
    v1 + v2 === 0 ? "–" : `${((100 * v1) / (v1 + v2)).toFixed(0)}/${((100 * v2) / (v1 + v2)).toFixed(0)}`;
  return [
    time,
    `${perSecond(flow, calls)} calls/s`,
    `p50 ${milliseconds(p50Ms)}`,
    `p99 ${milliseconds(p99Ms)}`,
    `v1/v2 ${share}`,
    [mode("web"), mode("orders-v1"), mode("orders-v2")].join(", "),
    `lost ${counts.lost}`,
    `in doubt ${counts.inDoubt}`,
  ].join("  ");
}

/** How a workload's calls leave it. */
function modeOf(bySidecar: number): string {
  if (Number.isNaN(bySidecar)) return "idle";
  if (bySidecar === 0) return "direct";
  return bySidecar === 1 ? "sidecar" : `${(bySidecar * 100).toFixed(0)} % sidecar`;
}

function perSecond({ seconds }: Flow, calls: number): string {
  return (calls / seconds).toFixed(0);
}

import { cutName, type ReportedMode } from "@dualmesh/telemetry/observation";
import type { MeshMode } from "./mode-controller.ts";
import type { Presence } from "./sidecar-presence.ts";

/** How calls go at this moment, for those who watch the mesh. */
export function reportedMode({ mode, sidecar, sidecarPercent }: MeshMode): ReportedMode {
  return {
    mode,
    sidecar: sidecar.kind,
    sidecarDetail: cutName(detailOf(sidecar)),
    ...(sidecarPercent === undefined ? {} : { sidecarPercent }),
  };
}

function detailOf(presence: Presence): string {
  switch (presence.kind) {
    case "present":
      return `${presence.info.kind} ${presence.info.version}`;
    case "absent":
      return presence.reason;
    case "draining":
      return "it finishes what it has";
    default:
      return presence satisfies never;
  }
}

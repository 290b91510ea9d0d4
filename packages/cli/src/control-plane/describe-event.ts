import type { ControlPlaneEvent } from "@dualmesh/control-plane";
import { formatProblem } from "@dualmesh/envoy-api";

export interface LogLine {
  readonly level: "info" | "warning" | "error";
  readonly message: string;
}

/** What happened in a control plane, in a sentence. */
export function describeEvent(event: ControlPlaneEvent): LogLine {
  switch (event.kind) {
    case "loaded": {
      const groups = event.groups.filter((group) => group !== "");
      const others = groups.length === 0 ? "" : `, with groups ${groups.join(", ")}`;
      return { level: "info", message: `serving ${event.resources} resources${others}` };
    }
    case "refused": {
      const problems = event.problems.map((problem) => `\n  ${formatProblem(problem)}`).join("");
      return { level: "error", message: `the change is refused, and nothing of it is served:${problems}` };
    }
    case "node-connected": {
      const group = event.group === "" ? "" : ` (${event.group})`;
      return { level: "info", message: `node "${event.nodeId}"${group} connected` };
    }
    case "nack": {
      const type = event.typeUrl.slice(event.typeUrl.lastIndexOf(".") + 1);
      return { level: "warning", message: `node "${event.nodeId}" refused a ${type}: ${event.error}` };
    }
    case "workload-up":
    case "workload-changed":
    case "workload-down":
    case "workload-expired": {
      const what = WORKLOAD[event.kind];
      return { level: "info", message: `workload "${event.nodeId}" of cluster "${event.cluster}" ${what}` };
    }
    case "watch-lost":
      return {
        level: "warning",
        message: `the folder cannot be watched, and is looked at every 2 s: ${event.reason}`,
      };
    default:
      return event satisfies never;
  }
}

const WORKLOAD = {
  "workload-up": "is there",
  "workload-changed": "has other addresses",
  "workload-down": "has gone",
  "workload-expired": "has not been heard of for its whole lease, and is taken out",
} as const;

import { MeshError } from "@dualmesh/core";
import { parseReport } from "../report/parse-report.ts";
import type { ReportStore } from "../report/report-store.ts";
import { type Answer, refuseMethod } from "./answer.ts";
import { readName } from "./read-name.ts";

/** `PUT /reports/<cluster>/<node-id>/<sdk|sidecar>`: what a node saw. The answer says how often it is to tell. */
export async function takeReport(
  method: string,
  names: readonly string[],
  readBody: () => Promise<unknown>,
  reports: ReportStore,
): Promise<Answer> {
  const [cluster, nodeId, kind] = names;
  if (names.length !== 3 || (kind !== "sdk" && kind !== "sidecar")) {
    throw new MeshError(
      "NOT_FOUND",
      "expected /reports/<cluster>/<node-id>/sdk or …/sidecar, with names percent-encoded",
    );
  }
  if (method !== "PUT") return refuseMethod(method, "/reports/<cluster>/<node-id>/<kind>", ["PUT"]);
  const [clusterName, nodeName] = [readName(cluster, "cluster"), readName(nodeId, "node id")];
  reports.put(clusterName, nodeName, parseReport(await readBody(), kind));
  return reportInterval(reports);
}

/** `GET /reports/interval`: whether somebody watches, for nodes that have no heartbeat. */
export function reportInterval({ everyMs }: ReportStore): Answer {
  return { status: 200, body: { reportEveryMs: everyMs } };
}

/** `GET /reports`: what nodes told in the last minutes. Empty while nobody watches: then nobody tells. */
export function listReports(reports: ReportStore): Answer {
  const { everyMs, watchers, recent } = reports;
  return {
    status: 200,
    body: { reportEveryMs: everyMs, watchers, reports: recent.map((text) => JSON.parse(text) as unknown) },
  };
}

import { MeshError } from "@dualmesh/core";
import type { ReportStore } from "../report/report-store.ts";
import { parseWorkload } from "../workload/parse-workload.ts";
import type { LeasedWorkload, WorkloadRegistry } from "../workload/workload-registry.ts";
import { type Answer, refuse, refuseMethod } from "./answer.ts";
import { readName } from "./read-name.ts";

/** `GET /workloads`: who is there, and for how long unless it is heard of again. */
export function listWorkloads({
  workloads,
  takes,
}: {
  readonly workloads: WorkloadRegistry;
  readonly takes: (cluster: string) => boolean;
}): Answer {
  const list = workloads.list().map((workload) => toJson(workload, takes(workload.cluster)));
  return { status: 200, body: { workloads: list } };
}

/** `PUT` and `DELETE /workloads/<cluster>/<node-id>`. The names come percent-encoded, so they may hold any character. */
export async function changeWorkload(
  method: string,
  names: readonly string[],
  readBody: () => Promise<unknown>,
  { workloads, reports }: { readonly workloads: WorkloadRegistry; readonly reports: ReportStore },
): Promise<Answer> {
  if (names.length !== 2) {
    throw new MeshError("NOT_FOUND", "expected /workloads/<cluster>/<node-id>, with names percent-encoded");
  }
  const cluster = readName(names[0], "cluster");
  const nodeId = readName(names[1], "node id");
  switch (method) {
    case "PUT": {
      const body = parseWorkload(await readBody());
      workloads.put(cluster, nodeId, body);
      const { everyMs } = reports;
      // A heartbeat is also told whether somebody watches, so that nobody has to ask for that alone.
      const watched = everyMs === 0 ? {} : { reportEveryMs: everyMs };
      return { status: 200, body: { leaseMs: body.leaseMs, expiresInMs: body.leaseMs, ...watched } };
    }
    case "DELETE":
      return workloads.delete(cluster, nodeId)
        ? { status: 204 }
        : refuse(404, `cluster ${JSON.stringify(cluster)} has no workload ${JSON.stringify(nodeId)}`);
    default:
      return refuseMethod(method, "/workloads/<cluster>/<node-id>", ["PUT", "DELETE"]);
  }
}

/**
 * In the spelling of the request, so that what is listed can be sent back. `served` is false while no configuration has
 * a cluster of that name that takes its endpoints from here.
 */
function toJson(
  { cluster, nodeId, addresses, leaseMs, expiresInMs }: LeasedWorkload,
  served: boolean,
): unknown {
  return {
    cluster,
    nodeId,
    served,
    leaseMs,
    expiresInMs,
    addresses: addresses.map(({ locality, ...address }) => ({
      ...address,
      locality: { region: locality.region, zone: locality.zone, sub_zone: locality.subZone },
    })),
  };
}

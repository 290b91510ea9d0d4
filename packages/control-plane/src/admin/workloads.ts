import { MeshError } from "@dualmesh/core";
import { parseWorkload } from "../workload/parse-workload.ts";
import type { LeasedWorkload, WorkloadRegistry } from "../workload/workload-registry.ts";
import { type Answer, refuse, refuseMethod } from "./answer.ts";

/** Longer than any node id of Istio, shorter than what fills a memory. */
const MAX_NAME_LENGTH = 512;

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
  workloads: WorkloadRegistry,
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
      return { status: 200, body: { leaseMs: body.leaseMs, expiresInMs: body.leaseMs } };
    }
    case "DELETE":
      return workloads.delete(cluster, nodeId)
        ? { status: 204 }
        : refuse(404, `cluster ${JSON.stringify(cluster)} has no workload ${JSON.stringify(nodeId)}`);
    default:
      return refuseMethod(method, "/workloads/<cluster>/<node-id>", ["PUT", "DELETE"]);
  }
}

function readName(encoded: string | undefined, what: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encoded ?? "");
  } catch {
    throw new MeshError("INVALID_ARGUMENT", `${what}: expected percent-encoded UTF-8, got ${encoded}`);
  }
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${what}: expected 1 to ${MAX_NAME_LENGTH} characters, got ${name.length}`,
    );
  }
  // Names go into logs and pages: a line break in one would forge an entry.
  if (/\p{Cc}/u.test(name)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${what}: expected no control characters, got ${JSON.stringify(name)}`,
    );
  }
  return name;
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

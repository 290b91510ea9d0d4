import type { Message, MessageInit } from "@dualmesh/envoy-api";
import type { Workload } from "../workload/workload.ts";
import { fileLocalities, type LocalityDraft, workloadLocality } from "./locality-draft.ts";
import { addressKey, pickAddresses, toLbEndpoint } from "./workload-endpoint.ts";

type Assignment = Message<"envoy.config.endpoint.v3.ClusterLoadAssignment">;

/**
 * The endpoints of one cluster: what the files say and what workloads publish, as one assignment that Envoy and gRPC
 * both accept. gRPC is the stricter one (gRFC A27), and a client refuses an assignment as a whole:
 *
 * * an address occurs once: the files win over workloads, the later workload over the earlier (a process that was
 *   killed and came back under another id is there twice until its old lease ends);
 * * a locality occurs once per priority: workloads join the files' entry for theirs;
 * * a locality without a weight gets no calls, so each has one, see `fileLocalities`;
 * * priorities have no gaps: if only priority 1 is there, it becomes 0.
 */
export function mergeEndpoints(
  name: string,
  file: Assignment | undefined,
  workloads: readonly Workload[],
): MessageInit<Assignment> {
  const drafts = fileLocalities(file?.endpoints ?? []);
  const taken = new Set(drafts.flatMap((draft) => draft.endpoints.map(addressKey)));
  // By locality and priority. Of equal entries in the files, which Envoy allows, the first takes the workloads.
  const places = new Map<string, LocalityDraft>();
  for (const draft of drafts) if (!places.has(draft.key)) places.set(draft.key, draft);

  const added: LocalityDraft[] = [];
  for (const address of pickAddresses(workloads, taken)) {
    const fresh = workloadLocality(address);
    let draft = places.get(fresh.key);
    if (draft === undefined) {
      draft = fresh;
      places.set(draft.key, draft);
      added.push(draft);
    }
    draft.add(toLbEndpoint(address), address.weight);
  }
  added.sort((a, b) => (a.key < b.key ? -1 : 1));
  const all = [...drafts, ...added];
  const priorities = [...new Set(all.map((draft) => draft.priority))].sort((a, b) => a - b);
  return {
    ...file,
    cluster_name: name,
    endpoints: all.map((draft) => draft.close(priorities.indexOf(draft.priority))),
  };
}

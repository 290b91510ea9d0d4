import { encode, type Message, type MessageInit, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import type { ConfigResource } from "../resource/config-resource.ts";
import { assignmentsOf, type GroupView } from "../view/group-view.ts";
import type { WorkloadRegistry } from "../workload/workload-registry.ts";
import { mergeEndpoints } from "./merge-endpoints.ts";

/** A resource as the server sends it. */
export interface ServedResource {
  readonly typeUrl: string;
  readonly name: string;
  /** A `google.protobuf.Any`, encoded. */
  readonly any: Uint8Array;
}

/**
 * The assignments of one group. Files are fixed for its lifetime; workloads come and go, and only the assignments that
 * they touch are put together again: one change among 1,000 clusters costs one merge.
 */
export class AssignmentTable {
  readonly #workloads: WorkloadRegistry;
  readonly #entries: readonly Entry[];

  constructor(view: GroupView, workloads: WorkloadRegistry) {
    this.#workloads = workloads;
    const files = new Map<string, ConfigResource>();
    for (const resource of view.resources) {
      if (resource.typeUrl === TYPE_URL.EDS) files.set(resource.name, resource);
    }
    this.#entries = [...assignmentsOf(view)].map(([name, clusters]) => {
      return { name, clusters, file: files.get(name)?.endpoints, merged: undefined };
    });
  }

  /**
   * All assignments as they are now. `holdEmpty` leaves those without any endpoint undecided: right after a start, that is no
   * evidence yet, and callers keep what they have until it is.
   */
  assignments(holdEmpty: boolean): Assignments {
    const served: ServedResource[] = [];
    const undecided: ServedResource[] = [];
    for (const { isEmpty, resource } of this.#entries.map((entry) => this.#merge(entry))) {
      (holdEmpty && isEmpty ? undecided : served).push(resource);
    }
    return { served, undecided };
  }

  /** True if what workloads publish for this cluster is served here. */
  takes(cluster: string): boolean {
    return this.#entries.some(({ clusters }) => clusters.includes(cluster));
  }

  #merge(entry: Entry): Merged {
    const revision = entry.clusters.map((cluster) => this.#workloads.revision(cluster)).join();
    if (entry.merged?.revision === revision) return entry.merged;
    const workloads = entry.clusters.flatMap((cluster) => this.#workloads.of(cluster));
    const assignment = mergeEndpoints(entry.name, entry.file, workloads);
    const any = packAny("envoy.config.endpoint.v3.ClusterLoadAssignment", assignment);
    entry.merged = {
      revision,
      isEmpty: (assignment.endpoints ?? []).every(isEmpty),
      resource: { typeUrl: TYPE_URL.EDS, name: entry.name, any: encode("google.protobuf.Any", any) },
    };
    return entry.merged;
  }
}

/** True if a locality has no endpoint and will get none by other ways (a list of its own, LEDS). */
function isEmpty(locality: MessageInit<Message<"envoy.config.endpoint.v3.LocalityLbEndpoints">>): boolean {
  const { lb_endpoints = [], load_balancer_endpoints, leds_cluster_locality_config } = locality;
  return (
    lb_endpoints.length === 0 &&
    load_balancer_endpoints === undefined &&
    leds_cluster_locality_config === undefined
  );
}

export interface Assignments {
  readonly served: readonly ServedResource[];
  /** What would be served without endpoints, if it were known that there are none. */
  readonly undecided: readonly ServedResource[];
}

interface Entry {
  readonly name: string;
  /** Whose workloads belong here. */
  readonly clusters: readonly string[];
  readonly file: Message<"envoy.config.endpoint.v3.ClusterLoadAssignment"> | undefined;
  /** The last result, good for as long as no revision has moved. */
  merged: Merged | undefined;
}

interface Merged {
  /** The revisions of all clusters in it. */
  readonly revision: string;
  readonly isEmpty: boolean;
  readonly resource: ServedResource;
}

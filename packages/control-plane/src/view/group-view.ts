import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ConfigResource } from "../resource/config-resource.ts";

/**
 * Everything that the nodes of one group see.
 *
 * The group of a node is its `node.cluster`, if a subfolder has that name, and the empty name otherwise: so there are as
 * many groups as the operator made, not as many as nodes care to name.
 */
export interface GroupView {
  /** The name of the subfolder; empty for the nodes that have none. */
  readonly group: string;
  readonly resources: readonly ConfigResource[];
}

/** A resource and the subfolder it stands in; empty for the folder itself. */
export interface GroupedResource {
  readonly group: string;
  readonly resource: ConfigResource;
}

/** The view of each group: what is for all, and what is for it. The group of all others comes first. */
export function groupViews(resources: readonly GroupedResource[]): readonly GroupView[] {
  const groups = new Set(["", ...resources.map(({ group }) => group)]);
  return [...groups].map((group) => ({
    group,
    resources: resources
      .filter((entry) => entry.group === "" || entry.group === group)
      .map(({ resource }) => resource),
  }));
}

/** The group that a file belongs to by its path in the folder. */
export function groupOfPath(path: string): string {
  const slash = path.indexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

/** The assignments that a group needs, each with the clusters that take their endpoints from it. */
export function assignmentsOf(view: GroupView): ReadonlyMap<string, readonly string[]> {
  const assignments = new Map<string, string[]>();
  const add = (assignment: string, cluster: readonly string[]): void => {
    assignments.set(assignment, [...(assignments.get(assignment) ?? []), ...cluster]);
  };
  const eds = new Set<string>();
  for (const { assignment, name } of view.resources) {
    if (assignment === undefined) continue;
    eds.add(name);
    add(assignment, [name]);
  }
  // An assignment that no cluster here uses may be used by one of the node's bootstrap.
  for (const { typeUrl, name } of view.resources) if (typeUrl === TYPE_URL.EDS) add(name, []);
  // A workload may name the assignment instead of a cluster, unless that is the name of a cluster with another one.
  for (const name of assignments.keys()) if (!eds.has(name)) add(name, [name]);
  return assignments;
}

import type { DocumentPath, Message, Problem } from "@dualmesh/envoy-api";
import type { Reference } from "./cluster-references.ts";

/** One resource as it will be served, with what the other resources need to know of it. */
export interface ConfigResource {
  readonly typeUrl: string;
  readonly name: string;
  /** The resource as a `google.protobuf.Any`, encoded. */
  readonly any: Uint8Array;
  /** Clusters that must be there, too. */
  readonly clusters: readonly Reference[];
  /** Route configurations that must be there, too. */
  readonly routes: readonly Reference[];
  /** For a cluster that takes its endpoints from here: the name that it asks for them by. */
  readonly assignment: string | undefined;
  /** For an assignment: itself, to be merged with what workloads publish. */
  readonly endpoints: Message<"envoy.config.endpoint.v3.ClusterLoadAssignment"> | undefined;
  /** A problem at `path` from the top of this resource, put in its place in the file. */
  readonly problem: (path: DocumentPath, message: string) => Problem;
}

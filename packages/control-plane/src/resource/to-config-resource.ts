import {
  type Any,
  type DocumentPath,
  encode,
  isMessageName,
  type Problem,
  TYPE_URL,
  typeNameOf,
  typeUrl,
  unpackAny,
  unpackAnyAs,
} from "@dualmesh/envoy-api";
import { clustersOfRoutes } from "./cluster-references.ts";
import type { ConfigResource } from "./config-resource.ts";
import { isFromHere, referencesOfListener } from "./listener-references.ts";
import { findWrongPorts } from "./wrong-ports.ts";

/** Puts a problem at `path`, from the top of the resource, into its place in the file. */
export type Place = (path: DocumentPath, message: string) => Problem;

/** Envoy's files may hold resources in the wrapper that delta discovery has. Only what is inside is served. */
const WRAPPER = "envoy.service.discovery.v3.Resource";

/** Looks through one resource: what it is called, what it needs, what is wrong with it by itself. */
export function toConfigResource(
  packed: Any,
  place: Place,
): ConfigResource | { readonly problems: readonly Problem[] } {
  const type = typeNameOf(packed);
  if (type === WRAPPER) {
    const { resource } = unpackAnyAs(WRAPPER, packed);
    return toConfigResource(resource ?? EMPTY, (path, message) => place(["resource", ...path], message));
  }
  const name = nameOf(packed);
  if (name === undefined || !isMessageName(type)) {
    return { problems: [place([], `expected a resource with a name, got ${type || "nothing"} without one`)] };
  }
  const problems = wrongPorts(packed, place);
  if (problems.length > 0) return { problems };
  // What stands before the name in an `@type` is of no account in protobuf, but clients ask with the usual prefix.
  const any: Any = { type_url: typeUrl(type), value: packed.value };
  return {
    typeUrl: any.type_url,
    name,
    any: encode("google.protobuf.Any", any),
    clusters: [],
    routes: [],
    assignment: undefined,
    endpoints: undefined,
    ...partsOf(any),
    problem: place,
  };
}

const EMPTY: Any = { type_url: "", value: new Uint8Array() };

/** The ports in a message that no socket has, as problems. */
export function wrongPorts(message: unknown, place: Place): readonly Problem[] {
  return findWrongPorts(message).map(({ path, port }) => {
    return place(path, `expected a port from 0 to 65535, got ${port}`);
  });
}

/** The name by which clients ask for it; undefined if it has none. */
function nameOf(any: Any): string | undefined {
  const type = typeNameOf(any);
  if (!isMessageName(type)) return undefined;
  const { message } = unpackAny(any);
  if (typeof message !== "object" || message === null) return undefined;
  const name = "cluster_name" in message ? message.cluster_name : "name" in message ? message.name : "";
  return typeof name === "string" && name !== "" ? name : undefined;
}

function partsOf(any: Any): Partial<ConfigResource> {
  switch (any.type_url) {
    case TYPE_URL.LDS:
      return referencesOfListener(unpackAnyAs("envoy.config.listener.v3.Listener", any));
    case TYPE_URL.RDS:
      return { clusters: clustersOfRoutes(unpackAnyAs("envoy.config.route.v3.RouteConfiguration", any), []) };
    case TYPE_URL.CDS: {
      const { name, type, eds_cluster_config } = unpackAnyAs("envoy.config.cluster.v3.Cluster", any);
      const isServed = type === "EDS" && isFromHere(eds_cluster_config?.eds_config);
      // An empty service_name means the cluster's own (Envoy, EdsClusterConfig.service_name).
      return { assignment: isServed ? eds_cluster_config?.service_name || name : undefined };
    }
    case TYPE_URL.EDS:
      return { endpoints: unpackAnyAs("envoy.config.endpoint.v3.ClusterLoadAssignment", any) };
    default:
      return {};
  }
}
